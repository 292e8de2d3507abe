// SPDX-License-Identifier: MIT
#include "persist/netns_names.hpp"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "persist/new_file.hpp"
#include "util/error.hpp"
#include "util/path_component.hpp"
#include "util/text.hpp"

namespace lab::persist {
namespace {

namespace fs = std::filesystem;

// Makes the folder a shared mount, so that a name that is removed here disappears in
// every other mount namespace, too (iproute2, netns_add()).
void prepare(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) throw_errno("mkdir", folder);
  if (::mount("", folder.c_str(), "none", MS_SHARED | MS_REC, nullptr) == 0) return;
  if (errno != EINVAL) throw_errno("mount(MS_SHARED)", folder);
  // It is not a mount point yet.
  checked(::mount(folder.c_str(), folder.c_str(), "none", MS_BIND | MS_REC, nullptr),
          "mount(MS_BIND)", folder);
  checked(::mount("", folder.c_str(), "none", MS_SHARED | MS_REC, nullptr), "mount(MS_SHARED)",
          folder);
}

std::optional<Mark> mark_in_file(const std::string& path, const struct stat& status) {
  constexpr off_t longest = 512;
  if (!S_ISREG(status.st_mode) || status.st_size > longest) return std::nullopt;
  try {
    return mark_from(read_file(path));
  } catch (const SystemError&) {
    return std::nullopt;
  }
}

std::optional<Mark> mark_in_namespace(const std::string& path) try {
  return mark_of(Namespace::open(path));
} catch (const EnvironmentError&) {
  return std::nullopt;  // no network namespace, or none that we may enter
}

}  // namespace

void give_name(const Place& place, const std::string& name, const Namespace& space,
               const Mark& mark) {
  const std::string path = path_in(place.names, name, "network namespace");
  prepare(place.names);
  if (!make_file(place.names, name, to_text(mark)))
    throw UsageError(fmt::format(
        "network namespace {} already exists (ip netns): --keep=NAME names the lab otherwise",
        name));
  const std::string source = fmt::format("/proc/self/fd/{}", space.fd());
  if (::mount(source.c_str(), path.c_str(), "none", MS_BIND, nullptr) == 0) return;
  const int error = errno;
  ::unlink(path.c_str());
  throw SystemError("mount(MS_BIND)", path, error);
}

std::optional<Name> look_at_name(const Place& place, const std::string& name) {
  if (!is_path_component(name)) return std::nullopt;
  const std::string path = path_in(place.names, name, "network namespace");
  struct stat status {};
  struct statfs system {};
  if (::lstat(path.c_str(), &status) != 0 || ::statfs(path.c_str(), &system) != 0)
    return std::nullopt;
  if (system.f_type != NSFS_MAGIC) return Name{name, std::nullopt, mark_in_file(path, status)};
  return Name{name, status.st_ino, mark_in_namespace(path)};
}

std::vector<Name> list_names(const Place& place) {
  std::vector<Name> names;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(place.names, none))
    if (auto name = look_at_name(place, entry.path().filename().string()))
      names.push_back(std::move(*name));
  std::ranges::sort(names, {}, &Name::name);
  return names;
}

Namespace open_name(const Place& place, const std::string& name) {
  return Namespace::open(path_in(place.names, name, "network namespace"));
}

void take_name(const Place& place, const std::string& name) {
  const std::string path = path_in(place.names, name, "network namespace");
  // Once for each mount.
  while (::umount2(path.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) == 0) continue;
  if (errno != EINVAL && errno != ENOENT) throw_errno("umount2", path);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw_errno("unlink", path);
}

}  // namespace lab::persist
