// SPDX-License-Identifier: MIT
//
// Writes an ld.so.cache as ldconfig(8) does, in glibc's new format.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lab::vm {

struct CachedLibrary {
  std::string name, path;
  std::uint64_t hwcap = 0;
};

inline std::string ld_cache(const std::vector<CachedLibrary>& libraries) {
  constexpr std::size_t header_size = 48, entry_size = 24;
  const auto number = [](std::uint64_t value, std::size_t size) {
    return std::string(reinterpret_cast<const char*>(&value),
                       size);  // both machines: little endian
  };
  std::string entries, strings;
  const std::size_t strings_at = header_size + libraries.size() * entry_size;
  for (const CachedLibrary& library : libraries) {
    const std::size_t name_at = strings_at + strings.size();
    strings += library.name + '\0';
    const std::size_t path_at = strings_at + strings.size();
    strings += library.path + '\0';
    entries += number(0x0303, 4) + number(name_at, 4) + number(path_at, 4) + number(0, 4) +
               number(library.hwcap, 8);
  }
  const std::string header = "glibc-ld.so.cache1.1" + number(libraries.size(), 4) +
                             number(strings.size(), 4) + std::string(20, '\0');
  return header + entries + strings;
}

}  // namespace lab::vm
