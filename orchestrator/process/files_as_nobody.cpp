// SPDX-License-Identifier: MIT
#include "process/files_as_nobody.hpp"

#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "process/confinement.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

// The kernel's call, which changes this thread alone; that of the C library changes all threads.
long set_groups(const std::vector<gid_t>& groups) {
  return ::syscall(SYS_setgroups, groups.size(), groups.data());
}

std::vector<gid_t> own_groups() {
  const int count = checked(::getgroups(0, nullptr), "getgroups", "");
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  checked(::getgroups(count, groups.data()), "getgroups", "");
  return groups;
}

}  // namespace

FilesAsNobody::FilesAsNobody() : root_(::geteuid() == 0) {
  if (!root_) return;
  groups_ = own_groups();
  // A user namespace may forbid it (setgroups: deny); it has given up the groups of others.
  if (!groups_.empty() && set_groups({}) < 0 && errno != EPERM) throw_errno("setgroups", "");
  group_ = static_cast<gid_t>(::setfsgid(Confinement::nobody));
  user_ = static_cast<uid_t>(::setfsuid(Confinement::nobody));
}

FilesAsNobody::~FilesAsNobody() {
  if (!root_) return;
  ::setfsuid(user_);
  ::setfsgid(group_);
  set_groups(groups_);
}

}  // namespace lab
