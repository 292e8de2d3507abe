// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>

namespace lab {

// Which call failed, and why. Made between fork(2) and execve(2), and read by the
// parent: the pointer is to a constant, the same in both.
struct ChildFailure {
  const char* call = nullptr;  // null: none failed
  int error = 0;
};

// For a function that returns ChildFailure: leaves it if the call returns a negative number.
#define LAB_TRY(call)                      \
  do {                                     \
    if ((call) < 0) return {#call, errno}; \
  } while (false)

}  // namespace lab
