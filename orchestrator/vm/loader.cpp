// SPDX-License-Identifier: MIT
#include "vm/loader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "util/architecture.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::vm {
namespace {

// struct cache_file_new and file_entry_new of glibc's dl-cache.h. Offsets of strings count
// from the header.
struct CacheHeader {
  char magic[20];
  std::uint32_t entries;
  std::uint32_t strings_size;
  std::uint32_t rest[5];
};
static_assert(sizeof(CacheHeader) == 48);

struct CacheEntry {
  std::int32_t flags;
  std::uint32_t name;
  std::uint32_t path;
  std::uint32_t os_version;
  std::uint64_t hwcap;  // 0: the build for every processor
};
static_assert(sizeof(CacheEntry) == 24);

std::string_view string_at(std::string_view cache, std::size_t offset) {
  if (offset >= cache.size()) return {};
  const std::string_view text = cache.substr(offset);
  const std::size_t end = text.find('\0');
  return end == std::string_view::npos ? std::string_view{} : text.substr(0, end);
}

}  // namespace

const std::vector<Loader>& known_loaders() {
  static const std::vector<Loader> loaders = [] {
    // Debian's directories, then those of other distributions.
    const std::string triplet = fmt::format("{}-linux-gnu", this_architecture().machine);
    const Loader glibc{
        Libc::glibc,
        std::string(this_architecture().glibc_loader),
        "/etc/ld.so.cache",
        {"/lib/" + triplet, "/usr/lib/" + triplet, "/lib", "/usr/lib", "/lib64", "/usr/lib64"}};
    const Loader musl{Libc::musl,
                      fmt::format("/lib/ld-musl-{}.so.1", this_architecture().machine),
                      fmt::format("/etc/ld-musl-{}.path", this_architecture().machine),
                      {"/lib", "/usr/local/lib", "/usr/lib"}};
    return std::vector<Loader>{glibc, musl};
  }();
  return loaders;
}

const Loader& known_loader(std::string_view path, std::string_view program) {
  const auto found = std::ranges::find(known_loaders(), path, &Loader::path);
  if (found != known_loaders().end()) return *found;
  std::vector<std::string> paths;
  for (const Loader& loader : known_loaders()) paths.push_back(loader.path);
  throw UsageError(
      fmt::format("{} names {} as its ELF interpreter, which is not sent to a microVM; link it "
                  "statically or with one of {}",
                  program, in_quotes(path), fmt::join(paths, ", ")));
}

std::vector<std::string> paths_in_cache(std::string_view cache, std::string_view name) {
  // ldconfig --format=compat puts the old format in front of it.
  const std::size_t begin = cache.find("glibc-ld.so.cache1.1");
  if (begin == std::string_view::npos) return {};
  cache.remove_prefix(begin);
  CacheHeader header;
  if (cache.size() < sizeof header) return {};
  std::memcpy(&header, cache.data(), sizeof header);
  if (header.entries > (cache.size() - sizeof header) / sizeof(CacheEntry)) return {};
  std::vector<std::string> paths;
  for (std::size_t index = 0; index < header.entries; ++index) {
    CacheEntry entry;
    std::memcpy(&entry, cache.data() + sizeof header + index * sizeof entry, sizeof entry);
    const std::string_view path = string_at(cache, entry.path);
    if (entry.hwcap == 0 && string_at(cache, entry.name) == name && path.starts_with('/'))
      paths.emplace_back(path);
  }
  return paths;
}

std::vector<std::string> directories_in_list(std::string_view text) {
  std::vector<std::string> directories;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(":\n");
    if (text.starts_with('/')) directories.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return directories;
}

}  // namespace lab::vm
