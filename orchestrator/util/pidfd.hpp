// SPDX-License-Identifier: MIT
#pragma once

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <string_view>

#include "util/error.hpp"
#include "util/fd.hpp"

namespace lab {

// pidfd_open(2): readable when the process has ended. Does not use <sys/pidfd.h>, whose
// glibc 2.36 version does not compile as C++. `object` is named in the SystemError.
inline Fd open_pidfd(pid_t pid, std::string_view object) {
  return Fd(static_cast<int>(checked(::syscall(SYS_pidfd_open, pid, 0), "pidfd_open", object)));
}

// pidfd_send_signal(2): never reaches a later process with the same number. 0, or -1 and errno;
// ESRCH: it has ended.
inline int pidfd_send_signal(const Fd& process, int number) {
  return static_cast<int>(::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0));
}

}  // namespace lab
