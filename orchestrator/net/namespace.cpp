// SPDX-License-Identifier: MIT
#include "net/namespace.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

// Not /proc/self: that is always the main thread's.
constexpr char own_namespace[] = "/proc/thread-self/ns/net";

// The namespace that the innermost Entered of this thread has gone into; 0: there is none.
// To look at /proc instead costs as much as to go in and out.
thread_local ino_t entered = 0;

Fd open_namespace(const std::string& path) {
  return Fd(checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
}

[[noreturn]] void throw_entry_error(const char* call, const std::string& name) {
  if (errno == EPERM)
    throw EnvironmentError(std::string(call) + "(" + name +
                           "): network namespaces need CAP_SYS_ADMIN and CAP_NET_ADMIN: run "
                           "with sudo, or with --where vm");
  if (errno == EINVAL)
    throw EnvironmentError(std::string(call) + "(" + name +
                           "): not a network namespace, or a kernel without CONFIG_NET_NS");
  throw_errno(call, name);
}

// Whether this thread may come back here: root of a user namespace may leave a network
// namespace of the world outside, but not enter it again. To be asked before leaving; the
// first namespace is the only one that can be such.
void require_return(const Fd& here) {
  thread_local bool allowed = false;
  if (allowed) return;
  if (::setns(here.get(), CLONE_NEWNET) != 0) throw_entry_error("setns", "its own namespace");
  allowed = true;
}

// Coming back must not fail: later calls would act in the wrong network.
void return_to(int fd) {
  if (::setns(fd, CLONE_NEWNET) == 0) return;
  std::fprintf(stderr, "cannot return from a network namespace: setns: %s\n", std::strerror(errno));
  std::abort();
}

}  // namespace

Namespace::Namespace(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {
  struct stat status {};
  checked(::fstat(fd_.get(), &status), "fstat", name_);
  inode_ = status.st_ino;
}

Namespace Namespace::create(std::string name) {
  const Fd back = open_namespace(own_namespace);
  require_return(back);
  if (::unshare(CLONE_NEWNET) != 0) throw_entry_error("unshare", name);
  Fd fresh(::open(own_namespace, O_RDONLY | O_CLOEXEC));
  const int error = errno;
  return_to(back.get());
  if (!fresh) throw SystemError("open", own_namespace, error);
  return Namespace(std::move(fresh), std::move(name));
}

Namespace Namespace::current() { return Namespace(open_namespace(own_namespace), "current"); }

Namespace Namespace::open(const std::string& path) { return Namespace(open_namespace(path), path); }

Entered::Entered(const Namespace& space) : outer_(entered) {
  if (entered == space.inode()) return;
  struct stat own {};
  if (entered == 0) checked(::stat(own_namespace, &own), "stat", own_namespace);
  if (own.st_ino == space.inode()) return;
  Fd back = open_namespace(own_namespace);
  require_return(back);
  if (::setns(space.fd(), CLONE_NEWNET) != 0) throw_entry_error("setns", space.name());
  back_ = std::move(back);
  entered = space.inode();
}

Entered::~Entered() {
  if (!back_) return;
  return_to(back_.get());
  entered = outer_;
}

void write_sysctl(const Namespace& space, const std::string& name, const std::string& value) {
  const std::string path = "/proc/sys/" + name;
  const std::string object = path + " of " + space.name();
  Entered inside(space);
  const Fd file(checked(::open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", object));
  checked(::write(file.get(), value.data(), value.size()), "write", object + " = " + value);
}

void set_sysctl(const Namespace& space, const std::string& name, const std::string& value) {
  Entered inside(space);
  if (read_sysctl(space, name) != value) write_sysctl(space, name, value);
}

std::string read_sysctl(const Namespace& space, const std::string& name) {
  std::string value = in(space, [&] { return read_file("/proc/sys/" + name); });
  while (!value.empty() && value.back() == '\n') value.pop_back();
  return value;
}

}  // namespace lab
