// SPDX-License-Identifier: MIT
#include "process/files_as_nobody.hpp"

#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/error.hpp"

namespace lab {
namespace {

constexpr uid_t nobody = 65534;

// The kernel's call, which changes this thread alone; that of the C library changes all threads.
long set_groups(const std::vector<gid_t>& groups) {
  return ::syscall(SYS_setgroups, groups.size(), groups.data());
}

std::vector<gid_t> own_groups() {
  std::vector<gid_t> groups(static_cast<std::size_t>(checked(::getgroups(0, nullptr), "getgroups", "")));
  checked(::getgroups(static_cast<int>(groups.size()), groups.data()), "getgroups", "");
  return groups;
}

}  // namespace

FilesAsNobody::FilesAsNobody() : root_(::geteuid() == 0) {
  if (!root_) return;
  groups_ = own_groups();
  // A user namespace may forbid it (setgroups: deny); it has given up the groups of others.
  if (!groups_.empty() && set_groups({}) < 0 && errno != EPERM) throw_errno("setgroups", "");
  group_ = static_cast<gid_t>(::setfsgid(nobody));
  user_ = static_cast<uid_t>(::setfsuid(nobody));
}

FilesAsNobody::~FilesAsNobody() {
  if (!root_) return;
  ::setfsuid(user_);
  ::setfsgid(group_);
  set_groups(groups_);
}

}  // namespace lab
