// SPDX-License-Identifier: MIT
//
// A network namespace held as an open file (network_namespaces(7)). It has no
// name under /run/netns: when the process dies, for any reason, the kernel
// closes the file and frees the namespace, its links and its sockets.
//
// Threading: the namespace that a thread is in belongs to that thread. The lab
// enters one for the moment of a call and comes back before anything else runs.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "util/fd.hpp"

namespace lab {

class Namespace {
 public:
  // A fresh, empty namespace (its `lo` is down); the caller stays where it is.
  // `name` appears in messages only. Throws EnvironmentError without CAP_SYS_ADMIN.
  static Namespace create(std::string name);
  // The one that the calling thread is in.
  static Namespace current();
  // An existing one, by its file: /run/netns/NAME, /proc/PID/ns/net.
  static Namespace open(const std::string& path);

  int fd() const { return fd_.get(); }
  ino_t inode() const { return inode_; }  // the number in readlink(/proc/PID/ns/net)
  const std::string& name() const { return name_; }

 private:
  Namespace(Fd fd, std::string name);

  Fd fd_;
  ino_t inode_;
  std::string name_;
};

// The calling thread is inside the namespace while this lives. Needs no privilege if it
// already is. Throws EnvironmentError when it may not enter; aborts when it cannot
// come back, because every later call would silently act in the wrong namespace.
class Entered {
 public:
  explicit Entered(const Namespace& space);
  ~Entered();
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;

 private:
  Fd back_;  // none: it was inside already
  ino_t outer_;  // that an Entered around this one has gone into
};

// Runs `action` inside the namespace and returns its result.
template <typename Action>
decltype(auto) in(const Namespace& space, Action&& action) {
  Entered inside(space);
  return std::forward<Action>(action)();
}

// Writes a sysctl of that namespace, named as under /proc/sys:
// write_sysctl(host, "net/ipv4/tcp_syncookies", "0"). Throws SystemError.
// (The files under /proc/sys/net show the namespace of the process that opens them.)
void write_sysctl(const Namespace& space, const std::string& name, const std::string& value);
// The same, where it has not that value already. A write of what belongs to RTNL
// (forwarding, addr_gen_mode) spins while another process holds it: the kernel takes
// back the system call and begins it again (restart_syscall()). A read does not.
void set_sysctl(const Namespace& space, const std::string& name, const std::string& value);
// Without the newline at its end.
std::string read_sysctl(const Namespace& space, const std::string& name);

}  // namespace lab
