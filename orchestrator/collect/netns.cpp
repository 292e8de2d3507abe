// SPDX-License-Identifier: MIT
#include "collect/netns.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include "collect/proc.hpp"
#include "net/interfaces.hpp"
#include "util/error.hpp"
#include "util/path_component.hpp"
#include "util/text.hpp"
#include "view/sock_diag.hpp"

namespace lab::collect {
namespace {

namespace fs = std::filesystem;

constexpr const char* named_spaces = "/run/netns";

// 0: there is none, or it may not be seen; errno says which.
ino_t inode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(named_spaces, none))
    all.push_back(entry.path().filename());
  std::ranges::sort(all);
  return all;
}

void add_named(std::map<ino_t, KnownNetns>& spaces) {
  for (const std::string& name : names()) {
    const std::string path = fmt::format("{}/{}", named_spaces, name);
    if (const ino_t inode = inode_of(path))
      spaces.try_emplace(inode, KnownNetns{inode, path, name, true, ""});
  }
}

// False: some may not be looked at.
bool add_inhabited(std::map<ino_t, KnownNetns>& spaces) {
  bool all_seen = true;
  for (const pid_t pid : list_processes()) {
    const std::string path = fmt::format("/proc/{}/ns/net", pid);
    const ino_t inode = inode_of(path);
    if (inode == 0) {
      all_seen &= errno != EACCES && errno != EPERM;
      continue;
    }
    KnownNetns& space =
        spaces.try_emplace(inode, KnownNetns{inode, path, std::to_string(pid), false, ""})
            .first->second;
    if (space.process.empty()) space.process = fmt::format("{} (pid {})", command_of(pid), pid);
  }
  return all_seen;
}

void add_held(const Descriptors& descriptors, std::map<ino_t, KnownNetns>& spaces) {
  for (const auto& [pid, fd, inode] : descriptors.netns) {
    const std::string path = fmt::format("/proc/{}/fd/{}", pid, fd);
    KnownNetns& space =
        spaces.try_emplace(inode, KnownNetns{inode, path, path, false, ""}).first->second;
    if (space.process.empty()) space.process = fmt::format("{} (pid {})", command_of(pid), pid);
  }
}

std::string path_of(const std::string& netns) {
  if (netns.find('/') != std::string::npos) return netns;
  if (to_integer<pid_t>(netns)) return fmt::format("/proc/{}/ns/net", netns);
  return path_in(named_spaces, netns, "network namespace");
}

// NS_GET_NSTYPE fails for what is no namespace at all.
bool is_network_namespace(const Namespace& space) {
  return ::ioctl(space.fd(), NS_GET_NSTYPE) == CLONE_NEWNET;
}

std::string what_there_is(const std::string& netns) {
  const auto all = names();
  if (all.empty()) return "there are none with a name (ip netns); give the number of a process";
  const auto near = nearest(netns, all);
  return near.empty() ? fmt::format("there are: {}", fmt::join(all, ", "))
                      : fmt::format("did you mean {}?", fmt::join(near, ", "));
}

bool concerns(const OtherNetns& space, const Address& address) {
  return !space.listeners.empty() || owner_of(space.interfaces, address);
}

OtherNetns look_into(const KnownNetns& known, const Endpoint& destination) {
  const Namespace space = Namespace::open(known.path);
  Netlink netlink(space);
  OtherNetns seen{known.netns, known.process, known.has_name, list_interfaces(netlink), {}};
  SockDiag diag = in(space, [] { return SockDiag::open_here(); });
  for (Row& row : diag.read_listeners())
    if (row.local.port == destination.port) seen.listeners.push_back(std::move(row));
  // A loopback address is everywhere: it is no sign of the one that is meant.
  if (seen.listeners.empty())
    std::erase_if(seen.interfaces, [](const Interface& each) { return each.loopback; });
  return seen;
}

}  // namespace

KnownNamespaces list_namespaces(const Descriptors& descriptors) {
  std::map<ino_t, KnownNetns> by_inode;
  add_named(by_inode);
  if (const auto own = by_inode.find(Namespace::current().inode()); own != by_inode.end())
    own->second.netns.clear();
  KnownNamespaces known;
  known.all_seen = add_inhabited(by_inode) && descriptors.all_seen;
  add_held(descriptors, by_inode);
  for (auto& [inode, space] : by_inode) known.namespaces.push_back(std::move(space));
  return known;
}

Namespace open_netns(const std::string& netns) try {
  Namespace space = Namespace::open(path_of(netns));
  if (!is_network_namespace(space))
    throw EnvironmentError(fmt::format("--netns {}: that is no network namespace", netns));
  // A file is not a namespace before somebody could enter it.
  Entered inside(space);
  return space;
} catch (const SystemError& error) {
  if (error.error() == EACCES || error.error() == EPERM)
    throw EnvironmentError(
        fmt::format("--netns {}: it may not be looked at: run it as root", netns));
  if (error.error() != ENOENT && error.error() != ENOTDIR && error.error() != ESRCH) throw;
  if (netns.find('/') != std::string::npos)
    throw EnvironmentError(fmt::format("--netns {}: there is no such file", netns));
  if (to_integer<pid_t>(netns))
    throw EnvironmentError(fmt::format("--netns {}: there is no process of that number", netns));
  throw EnvironmentError(fmt::format("--netns {}: there is no network namespace of that name; {}",
                                     netns, what_there_is(netns)));
}

Namespace netns_or_own(const std::string& netns) {
  return netns.empty() ? Namespace::current() : open_netns(netns);
}

OtherNamespaces look_into_others(const Namespace& here, const Endpoint& destination,
                                 const Descriptors& descriptors) {
  const KnownNamespaces known = list_namespaces(descriptors);
  OtherNamespaces others;
  others.all_seen = known.all_seen;
  for (const KnownNetns& each : known.namespaces) {
    if (each.inode == here.inode()) continue;
    try {
      OtherNetns seen = look_into(each, destination);
      if (concerns(seen, destination.address)) others.namespaces.push_back(std::move(seen));
    } catch (const EnvironmentError&) {
      // It has gone, it is a stale file, or it may not be entered.
      others.all_seen &= !fs::exists(each.path) || ::geteuid() == 0;
    }
  }
  return others;
}

}  // namespace lab::collect
