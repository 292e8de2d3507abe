// SPDX-License-Identifier: MIT
#include "vm/inventory.hpp"

#include <fmt/format.h>
#include <string.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "util/error.hpp"
#include "util/text.hpp"
#include "vm/image.hpp"
#include "vm/known_kernels.hpp"

namespace lab::vm {
namespace {

namespace fs = std::filesystem;

// Empty: it cannot be read.
std::string first_line_of(const std::string& path) try {
  const std::string text = read_file(path);
  return text.substr(0, text.find('\n'));
} catch (const SystemError&) {
  return {};
}

std::string module_built_for(const std::string& path) try {
  return module_release(read_file(path));
} catch (const SystemError&) {
  return {};
}

// None in a build that was never finished.
std::set<std::string> names_of_known(const std::string& build) try {
  std::set<std::string> names;
  for (KnownKernel& kernel : known_kernels(build)) names.insert(std::move(kernel.name));
  return names;
} catch (const EnvironmentError&) {
  return {};
}

KernelHere look_at(const std::string& build, const std::string& series, bool known) {
  KernelHere kernel;
  kernel.series = series;
  kernel.known = known;
  kernel.release = first_line_of(fmt::format("{}/kernels/{}/release", build, series));
  std::error_code error;
  kernel.image = fs::is_regular_file(fmt::format("{}/images/{}.cpio", build, series), error);
  kernel.module_for = module_built_for(fmt::format("{}/kmod/{}/tcp_lookup.ko", build, series));
  try {
    find_image(build, series);
  } catch (const EnvironmentError& missing) {
    kernel.why_not = missing.what();
  }
  return kernel;
}

}  // namespace

std::vector<KernelHere> list_kernels(const std::string& build) {
  const std::set<std::string> known = names_of_known(build);
  std::set<std::string> all = known;
  for (std::string& series : available_series(build)) all.insert(std::move(series));
  std::vector<KernelHere> kernels;
  for (const std::string& series : all)
    kernels.push_back(look_at(build, series, known.contains(series)));
  std::ranges::sort(kernels, [](const KernelHere& one, const KernelHere& other) {
    return ::strverscmp(one.series.c_str(), other.series.c_str()) < 0;
  });
  return kernels;
}

std::optional<Remembered> read_memory(const std::string& path) {
  std::ifstream file(path);
  const auto found = nlohmann::json::parse(file, nullptr, false);
  struct stat status {};
  if (!found.is_object() || ::stat(path.c_str(), &status) != 0) return std::nullopt;
  try {
    return Remembered{found.value("works", ""),
                      found.value("why", ""),
                      {found.value("kernel", ""), found.value("qemu", "")},
                      status.st_mtim.tv_sec};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // a word of another type
  }
}

Cache look_at_cache() {
  Cache cache;
  const std::string memory = memory_path();
  if (memory.empty()) return cache;
  cache.path = fs::path(memory).parent_path();
  std::error_code error;
  for (fs::recursive_directory_iterator walk(cache.path, error), end; !error && walk != end;
       walk.increment(error)) {
    std::error_code gone;
    if (!walk->is_regular_file(gone)) continue;
    const auto size = walk->file_size(gone);
    if (!gone) cache.bytes += size;
  }
  return cache;
}

}  // namespace lab::vm
