// SPDX-License-Identifier: MIT
//
// A user namespace for an untrusted program that is not root: its user and group are the only
// ones that it has, with the same numbers. What belongs to others is nobody's there, a set-user-ID
// file of root changes nothing, and no process outside may be traced, not even one of the same
// user (ptrace_may_access()).
#pragma once

#include <sys/types.h>

#include "process/child_failure.hpp"

namespace lab {

struct ProgramUser {
  uid_t user = 0;
  gid_t group = 0;
};

// In a child that has become this user and has no threads: makes the namespace and enters it. It
// has all capabilities there, and must give them up. `proc` is the descriptor of a /proc that may
// be written to. Calls only what is allowed between fork(2) and execve(2).
ChildFailure enter_program_user_namespace(int proc, ProgramUser is);

// Whether this kernel lets such a user do that; distributions restrict it by sysctls and AppArmor.
// Tried once, as root, in a child process. Throws SystemError if it cannot fork.
bool program_user_namespaces_work();

}  // namespace lab
