// SPDX-License-Identifier: MIT
#include "collect/proc.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::collect {
namespace {

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, DirectoryCloser>;

// The number in "socket:[12345]", if it is of that kind.
std::optional<std::uint64_t> inode_in(std::string_view link, std::string_view kind) {
  if (!link.starts_with(kind) || !link.substr(kind.size()).starts_with(":[")) return std::nullopt;
  link.remove_prefix(kind.size() + 2);
  return to_integer<std::uint64_t>(link.substr(0, link.find(']')));
}

// Empty: the process is gone.
std::string read_of(pid_t pid, const char* name) try {
  return read_file(fmt::format("/proc/{}/{}", pid, name));
} catch (const SystemError&) {
  return "";
}

}  // namespace

std::vector<pid_t> list_processes() {
  const Directory directory(::opendir("/proc"));
  if (!directory) throw_errno("opendir", "/proc");
  std::vector<pid_t> pids;
  while (const dirent* entry = ::readdir(directory.get()))
    if (const auto pid = to_integer<pid_t>(entry->d_name)) pids.push_back(*pid);
  std::ranges::sort(pids);
  return pids;
}

std::string command_of(pid_t pid) {
  std::string name = read_of(pid, "comm");
  while (!name.empty() && name.back() == '\n') name.pop_back();
  return name;
}

bool is_stopped(pid_t pid) {
  // "4121 (a name that may hold anything) T 1 …"
  const std::string stat = read_of(pid, "stat");
  const std::size_t end_of_name = stat.rfind(')');
  if (end_of_name == std::string::npos || end_of_name + 2 >= stat.size()) return false;
  const char state = stat[end_of_name + 2];
  return state == 'T' || state == 't';
}

namespace {

// Calls `visit` with the number and the link of each descriptor. False: the process may
// not be looked into.
bool for_each_link(pid_t pid, const std::function<void(int fd, std::string_view link)>& visit) {
  const std::string path = fmt::format("/proc/{}/fd", pid);
  const Directory directory(::opendir(path.c_str()));
  if (!directory) return errno == ENOENT || errno == ESRCH;
  while (const dirent* entry = ::readdir(directory.get())) {
    const auto fd = to_integer<int>(entry->d_name);
    if (!fd) continue;  // "." and ".."
    std::array<char, 64> link;
    const ssize_t length =
        ::readlinkat(::dirfd(directory.get()), entry->d_name, link.data(), link.size());
    // The rights are asked for at each link; the directory itself may be open to all.
    if (length < 0 && (errno == EACCES || errno == EPERM)) return false;
    if (length > 0) visit(*fd, {link.data(), static_cast<std::size_t>(length)});
  }
  return true;
}

}  // namespace

bool for_each_descriptor(pid_t pid, std::string_view kind,
                         const std::function<void(int fd, std::uint64_t inode)>& visit) {
  return for_each_link(pid, [&](int fd, std::string_view link) {
    if (const auto inode = inode_in(link, kind)) visit(fd, *inode);
  });
}

Descriptors list_descriptors() {
  Descriptors all;
  for (const pid_t pid : list_processes())
    all.all_seen &= for_each_link(pid, [&](int fd, std::string_view link) {
      if (const auto socket = inode_in(link, "socket"))
        all.sockets.push_back({pid, fd, *socket});
      else if (const auto netns = inode_in(link, "net"))
        all.netns.push_back({pid, fd, *netns});
    });
  return all;
}

}  // namespace lab::collect
