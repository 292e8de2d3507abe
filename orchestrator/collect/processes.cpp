// SPDX-License-Identifier: MIT
#include "collect/processes.hpp"

#include <fmt/format.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "collect/proc.hpp"
#include "util/fd.hpp"

namespace lab::collect {
namespace {

// What kind of socket a descriptor of another process is, without touching it:
// "TCP", "TCPv6", "UNIX-STREAM" (sockfs_xattr_get()).
bool is_tcp(pid_t pid, int fd) {
  std::array<char, 64> name;
  const std::string path = fmt::format("/proc/{}/fd/{}", pid, fd);
  const ssize_t length = ::getxattr(path.c_str(), "system.sockprotoname", name.data(), name.size());
  return length > 0 && std::string_view(name.data()).starts_with("TCP");
}

bool is_in(const Namespace& space, const Fd& socket) {
  const Fd its_space(::ioctl(socket.get(), SIOCGSKNS));
  struct stat status {};
  return its_space && ::fstat(its_space.get(), &status) == 0 && status.st_ino == space.inode();
}

bool option(const Fd& socket, int level, int name) {
  int value = 0;
  socklen_t length = sizeof value;
  return ::getsockopt(socket.get(), level, name, &value, &length) == 0 && value != 0;
}

std::string device_of(const Fd& socket) {
  std::array<char, 64> name{};
  socklen_t length = name.size();
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_BINDTODEVICE, name.data(), &length) != 0) return "";
  return name.data();
}

std::optional<Row> row_from(const Fd& socket) {
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&name), &length) != 0)
    return std::nullopt;
  struct stat status {};
  if (::fstat(socket.get(), &status) != 0) return std::nullopt;
  Row row;
  row.state = TcpState::closed;
  row.role = Role::nothing;
  row.local = Endpoint::from_sockaddr(name);
  row.remote = {Address::any(row.local.address.family()), 0};
  row.device = device_of(socket);
  row.uid = status.st_uid;
  row.inode = status.st_ino;
  row.reuseaddr = option(socket, SOL_SOCKET, SO_REUSEADDR);
  row.reuseport = option(socket, SOL_SOCKET, SO_REUSEPORT);
  if (row.local.address.family() == Family::inet6)
    row.v6only = option(socket, IPPROTO_IPV6, IPV6_V6ONLY);
  return row;
}

}  // namespace

Fd borrow_socket(pid_t pid, int fd) {
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process) return Fd();
  return Fd(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), fd, 0)));
}

Processes find_holders(const std::set<std::uint64_t>& inodes, const Descriptors& descriptors) {
  Processes processes;
  processes.by_root = ::geteuid() == 0;
  processes.all_seen = descriptors.all_seen;
  for (const auto& [pid, fd, inode] : descriptors.sockets)
    if (inodes.contains(inode))
      processes.by_inode[inode].push_back({pid, fd, command_of(pid), is_stopped(pid)});
  return processes;
}

namespace {

std::string executable_of(const std::string& pid) {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/" + pid + "/exe", error);
}

// The newest first. Those that run this program come last: one that looks at sockets borrows
// them for a moment.
std::vector<pid_t> likely_holders() {
  std::vector<pid_t> pids = list_processes();
  std::ranges::reverse(pids);
  const std::string own = executable_of("self");
  std::stable_partition(pids.begin(), pids.end(),
                        [&](pid_t pid) { return executable_of(std::to_string(pid)) != own; });
  return pids;
}

}  // namespace

std::optional<Holder> find_a_holder(std::uint64_t inode) {
  const std::vector<pid_t> pids = likely_holders();
  std::optional<Holder> found;
  for (auto pid = pids.begin(); pid != pids.end() && !found; ++pid)
    for_each_descriptor(*pid, "socket", [&](int fd, std::uint64_t each) {
      if (each == inode && !found) found = Holder{*pid, fd, command_of(*pid), is_stopped(*pid)};
    });
  return found;
}

std::optional<Holder> find_holder_of_cookie(std::uint64_t cookie) {
  const std::vector<pid_t> pids = likely_holders();
  std::optional<Holder> found;
  for (auto pid = pids.begin(); pid != pids.end() && !found; ++pid)
    for_each_descriptor(*pid, "socket", [&](int fd, std::uint64_t) {
      if (found || !is_tcp(*pid, fd)) return;
      const Fd socket = borrow_socket(*pid, fd);
      std::uint64_t its_cookie = 0;
      socklen_t length = sizeof its_cookie;
      if (socket && ::getsockopt(socket.get(), SOL_SOCKET, SO_COOKIE, &its_cookie, &length) == 0 &&
          its_cookie == cookie)
        found = Holder{*pid, fd, command_of(*pid), is_stopped(*pid)};
    });
  return found;
}

std::optional<std::vector<Row>> find_bound(const Namespace& space, std::uint16_t port,
                                           const std::set<std::uint64_t>& known) {
  std::vector<Row> rows;
  std::set<std::uint64_t> asked = known;
  bool all_seen = true;
  for (const pid_t pid : list_processes()) {
    all_seen &= for_each_descriptor(pid, "socket", [&](int fd, std::uint64_t inode) {
      if (asked.contains(inode) || !is_tcp(pid, fd)) return;
      const Fd socket = borrow_socket(pid, fd);
      // EBADF, ESRCH: closed or ended meanwhile.
      if (!socket) {
        all_seen &= errno == EBADF || errno == ESRCH;
        return;
      }
      asked.insert(inode);
      const auto row = row_from(socket);
      if (!row || row->local.port != port || !is_in(space, socket)) return;
      // Connected or listening meanwhile: sock_diag had looked before.
      sockaddr_storage peer{};
      socklen_t length = sizeof peer;
      const bool connected =
          ::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&peer), &length) == 0;
      if (!connected && !option(socket, SOL_SOCKET, SO_ACCEPTCONN)) rows.push_back(*row);
    });
  }
  if (rows.empty() && !all_seen) return std::nullopt;
  return rows;
}

}  // namespace lab::collect
