// SPDX-License-Identifier: MIT
//
// What can go wrong, and who can correct it. An errno that a scenario may expect
// is a value (Played in record/timeline.hpp); everything below is an exception.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace lab {

// Exit codes of the program (kselftest's convention: 4 is "skipped").
enum class Exit { pass = 0, failed = 1, usage = 2, environment = 3, skipped = 4 };

// The user can correct it: a bad argument, a bad file. Ends with Exit::usage.
// The message says what to do.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// This machine cannot do it: no root, no QEMU, a guest that hangs.
// Ends with Exit::environment. The message says what is missing and how to get it.
class EnvironmentError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A system call failed that should not have. Carries the call, the object it
// was made on and the errno: "setns(/proc/41/ns/net): Operation not permitted". For a limit
// (descriptors, processes, namespaces) it names what raises it.
class SystemError : public EnvironmentError {
 public:
  SystemError(std::string_view call, std::string_view object, int error);
  int error() const { return error_; }

 private:
  int error_;
};

// Throws SystemError with the current errno.
[[noreturn]] void throw_errno(std::string_view call, std::string_view object);

// Passes a system call's result through, or throws when it is negative.
template <typename T>
T checked(T result, std::string_view call, std::string_view object) {
  if (result < 0) throw_errno(call, object);
  return result;
}

// "ECONNREFUSED" for 111, "0" for 0, and back (0 when there is no such name).
std::string errno_name(int error);
int errno_from_name(std::string_view name);

}  // namespace lab
