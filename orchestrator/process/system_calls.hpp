// SPDX-License-Identifier: MIT
//
// The system calls that a confined program may not make (seccomp(2)): those that only serve to
// attack the kernel or to get capabilities in a user namespace. They fail with EPERM; clone3(2),
// whose flags a filter cannot see, and system calls of another ABI fail with ENOSYS.
#pragma once

namespace lab {

// For the calling process and all that it starts; needs no_new_privs. It does not allocate.
// -1 and errno if it fails.
int forbid_system_calls();

}  // namespace lab
