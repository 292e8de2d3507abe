// SPDX-License-Identifier: MIT
#include "util/output_path.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>

#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;

bool is_open_already(const std::string& path) {
  return path == "/dev/stdout" || path == "/dev/stderr" || path.starts_with("/dev/fd/") ||
         path.starts_with("/proc/");
}

// The link's target; nothing if it is not a link. Owner and target are read through one
// descriptor, so that both belong to the same link.
std::optional<std::string> text_of_link(const std::string& path) {
  const Fd link(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat found {};
  if (!link || ::fstat(link.get(), &found) != 0 || !S_ISLNK(found.st_mode)) return std::nullopt;
  if (found.st_uid != ::geteuid() && found.st_uid != 0)
    throw UsageError(fmt::format(
        "{} is a symbolic link of another user (uid {}), who can point it at any file; name the "
        "file itself, or remove the link",
        in_quotes(path), found.st_uid));
  std::array<char, PATH_MAX> text{};
  const ssize_t length =
      checked(::readlinkat(link.get(), "", text.data(), text.size()), "readlink", path);
  return std::string(text.data(), static_cast<std::size_t>(length));
}

void require_own_file(const std::string& path, const struct stat& file) {
  struct stat folder {};
  if (::stat(folder_of(path).c_str(), &folder) != 0) return;  // making a file in it will fail
  const bool shared = (folder.st_mode & S_ISVTX) != 0 && (folder.st_mode & S_IWOTH) != 0;
  if (!shared || file.st_uid == ::geteuid() || file.st_uid == folder.st_uid) return;
  throw UsageError(fmt::format(
      "{} belongs to another user (uid {}), in a folder that everybody can write to; use a folder "
      "of your own",
      in_quotes(path), file.st_uid));
}

}  // namespace

std::string folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

OutputPath resolve_output(const std::string& path) {
  constexpr int most = 40;  // path_resolution(7)
  std::string real = path;
  for (int followed = 0; !is_open_already(real); ++followed) {
    const auto target = text_of_link(real);
    if (!target) break;
    if (followed == most) throw SystemError("open", path, ELOOP);
    real = (fs::path(real).parent_path() / *target).string();
  }
  OutputPath result{real, is_open_already(real), std::nullopt};
  struct stat found {};
  if (result.open_already) {
    if (::stat(real.c_str(), &found) == 0) result.found = found;
    return result;
  }
  if (::lstat(real.c_str(), &found) != 0) return result;
  if (S_ISLNK(found.st_mode)) throw SystemError("open", path, ELOOP);
  require_own_file(real, found);
  result.found = found;
  return result;
}

}  // namespace lab
