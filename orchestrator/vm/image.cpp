// SPDX-License-Identifier: MIT
#include "vm/image.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "util/error.hpp"
#include "util/installation.hpp"
#include "util/text.hpp"
#include "vm/known_kernels.hpp"

namespace lab::vm {
namespace {

bool readable(const std::string& path) { return ::access(path.c_str(), R_OK) == 0; }

// 6.1 before 6.12: by number, not by letter.
bool older(std::string_view a, std::string_view b) {
  return ::strverscmp(std::string(a).c_str(), std::string(b).c_str()) < 0;
}

// Whether fetch-kernel.sh may get it: a name of kernels.txt, or a version that Debian may
// have.
void expect_to_be_known(const std::string& build, const std::string& asked) {
  const bool is_version = asked.find('.') != std::string::npos &&
                          asked.find_first_not_of("0123456789.") == std::string::npos;
  if (is_version) return;
  std::vector<std::string> names;
  for (const KnownKernel& kernel : known_kernels(build)) names.push_back(kernel.name);
  const std::string kernel = split_guest_name(asked).kernel;
  if (std::find(names.begin(), names.end(), kernel) == names.end())
    throw UsageError(
        fmt::format("--kernel {}: unknown kernel; write one of {}, a version of Debian's such as "
                    "7.3, or a path with a / in it",
                    asked, fmt::join(names, ", ")));
}

std::string how_to_make(const std::string& series) {
  if (const auto installed = installed_private())
    return fmt::format("make it with '{}/make-guest {}'", installed->string(), series);
  return fmt::format(
      "make it with 'LAB_KERNEL={0} ./lab vm kernels', or in the build directory with "
      "'cmake --build . --target image-{0}'",
      series);
}

bool checks_memory(const std::string& unpacked, const std::string& release) {
  // Every layout of a kernel that modules can be built for has this file.
  const std::string options =
      fmt::format("{}/usr/src/linux-headers-{}/include/config/auto.conf", unpacked, release);
  return readable(options) &&
         ("\n" + read_file(options)).find("\nCONFIG_KASAN=y\n") != std::string::npos;
}

}  // namespace

GuestName split_guest_name(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  if (dash != std::string_view::npos)
    if (const Architecture* found = find_architecture(name.substr(dash + 1)))
      return {std::string(name.substr(0, dash)), found};
  return {std::string(name), &this_architecture()};
}

std::string guest_name(std::string_view kernel, const Architecture& architecture) {
  if (is_this(architecture)) return std::string(kernel);
  return fmt::format("{}-{}", kernel, architecture.name);
}

std::string build_directory() {
  if (const char* given = std::getenv("LAB_BUILD_DIR"); given && *given) return given;
  if (!installed_private()) return program_folder().string();
  const std::string cache = cache_folder();
  if (cache.empty())
    throw EnvironmentError("no directory for microVMs: set HOME, XDG_CACHE_HOME or LAB_BUILD_DIR");
  return cache + "/guests";
}

std::vector<std::string> available_series(const std::string& build) {
  std::vector<std::string> series;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(build + "/images", error)) {
    if (entry.path().extension() == ".cpio") series.push_back(entry.path().stem().string());
  }
  std::sort(series.begin(), series.end(), older);
  return series;
}

std::string module_release(std::string_view ko) {
  // .modinfo is a row of zero-terminated "key=value"s.
  static constexpr std::string_view key("\0vermagic=", 10);
  const auto found = ko.find(key);
  if (found == std::string_view::npos) return {};
  const auto value = ko.substr(found + key.size());
  return std::string(value.substr(0, value.find_first_of(std::string_view(" \0", 2))));
}

bool holds_file(const Image& image, const std::string& path, const std::string& file) {
  std::ifstream archive(image.initramfs, std::ios::binary);
  const std::string wanted = path.substr(path.find_first_not_of('/'));
  constexpr std::size_t header_size = 110, fields_at = 6, digits = 8;
  std::string header(header_size, '\0');
  while (archive.read(header.data(), header_size) && header.starts_with("070701")) {
    const auto field = [&](std::size_t number) {
      std::uint32_t value = 0;
      const char* begin = header.data() + fields_at + number * digits;
      std::from_chars(begin, begin + digits, value, 16);
      return value;
    };
    const std::uint32_t size = field(6), name_size = field(11);
    // Header and name together, and then the file, are filled up to four bytes.
    std::string name((header_size + name_size + 3) / 4 * 4 - header_size, '\0');
    if (!archive.read(name.data(), static_cast<std::streamsize>(name.size()))) return false;
    name.resize(name.find('\0'));
    if (name != wanted) {
      archive.seekg((size + 3) / 4 * 4, std::ios::cur);
      continue;
    }
    std::error_code error;
    if (std::filesystem::file_size(file, error) != size || error) return false;
    std::string there(size, '\0');
    return archive.read(there.data(), size) && there == read_file(file);
  }
  return false;
}

std::string resolve_series(const std::string& build, const std::string& name) {
  const GuestName guest = split_guest_name(name);
  const bool is_path = name.find('/') != std::string::npos;
  const std::string asked = is_path ? name : guest_name(guest.kernel, *guest.architecture);
  if (readable(fmt::format("{}/images/{}.cpio", build, asked))) return asked;
  std::error_code error;
  const auto wanted = std::filesystem::canonical(asked, error);
  if (is_path && error) throw UsageError(fmt::format("--kernel {}: {}", asked, error.message()));
  for (const std::string& series : available_series(build)) {
    const std::string unpacked = fmt::format("{}/kernels/{}", build, series);
    // own-kernel.sh links to an unpacked kernel, and out of what it makes of a source tree.
    for (const std::string& path : {unpacked, unpacked + "/source"})
      if (is_path && std::filesystem::canonical(path, error) == wanted && !error) return series;
    if (is_path || !readable(unpacked + "/release")) continue;
    if (split_guest_name(series).architecture == guest.architecture &&
        read_file(unpacked + "/release").starts_with(guest.kernel + "."))
      return series;
  }
  if (is_path)
    throw EnvironmentError(fmt::format(
        "--kernel {0}: there is no guest image of it; './lab run SCENARIO --kernel {0}' makes one "
        "(docs/kernels.md lists what the directory must contain)",
        asked));
  return asked;
}

const Architecture& architecture_of(const std::string& build, const std::string& asked) {
  return *split_guest_name(resolve_series(build, asked)).architecture;
}

Image find_image(const std::string& build, const std::string& asked) {
  const std::string series = resolve_series(build, asked);
  const std::string initramfs = fmt::format("{}/images/{}.cpio", build, series);
  if (!readable(initramfs)) {
    expect_to_be_known(build, series);
    const auto others = available_series(build);
    throw EnvironmentError(
        fmt::format("there is no guest image for kernel {} ({}{}); {}", series, initramfs,
                    others.empty() ? "" : fmt::format("; there is: {}", fmt::join(others, ", ")),
                    how_to_make(series)));
  }
  const std::string unpacked = fmt::format("{}/kernels/{}", build, series);
  if (!readable(unpacked + "/release")) {
    throw EnvironmentError(fmt::format("the Debian kernel {} is not unpacked in {}; {}", series,
                                       unpacked, how_to_make(series)));
  }
  const std::string text = read_file(unpacked + "/release");
  const std::string release = text.substr(0, text.find('\n'));
  const std::string kernel = fmt::format("{}/boot/vmlinuz-{}", unpacked, release);
  if (!readable(kernel)) {
    throw EnvironmentError(fmt::format("{} says {}, but there is no {}: remove {} and {}",
                                       unpacked + "/release", release, kernel, unpacked,
                                       how_to_make(series)));
  }
  // Without this check the guest would boot and then fail with "Exec format error".
  const std::string module = fmt::format("{}/kmod/{}/tcp_lookup.ko", build, series);
  if (readable(module)) {
    const std::string built_for = module_release(read_file(module));
    if (built_for != release) {
      throw EnvironmentError(
          fmt::format("{} was built for kernel {}, and the guest runs {}; remove {}/kmod/{} and {}",
                      module, built_for.empty() ? "(no vermagic in it)" : built_for, release, build,
                      series, how_to_make(series)));
    }
  }
  return {series,
          release,
          kernel,
          initramfs,
          checks_memory(unpacked, release),
          split_guest_name(series).architecture};
}

}  // namespace lab::vm
