// SPDX-License-Identifier: MIT
#include "util/installation.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "util/error.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> if_there(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return std::nullopt;
  return folder;
}

}  // namespace

fs::path program_folder() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error) throw SystemError("readlink", "/proc/self/exe", error.value());
  return self.parent_path();
}

fs::path data_folder_for(const fs::path& bin) {
  return (bin / LAB_DATA_FROM_BIN).lexically_normal();
}

fs::path private_folder_for(const fs::path& bin) {
  return (bin / LAB_PRIVATE_FROM_BIN).lexically_normal();
}

std::optional<fs::path> installed_data() { return if_there(data_folder_for(program_folder())); }

std::optional<fs::path> installed_private() {
  return if_there(private_folder_for(program_folder()));
}

std::string cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  if (cache && *cache) return fmt::format("{}/tcp-lookup-lab", cache);
  if (home && *home) return fmt::format("{}/.cache/tcp-lookup-lab", home);
  return {};
}

}  // namespace lab
