// SPDX-License-Identifier: MIT
#include "util/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace lab {
namespace {

// What to do where a limit was reached, which the errno's own words do not say: " (…)".
std::string_view remedy(std::string_view call, int error) {
  if (error == EMFILE) return " (a limit of this process: raise it with ulimit -n)";
  if (error == ENFILE) return " (the limit of the whole system: sysctl fs.file-max)";
  if (error == EAGAIN && call == "fork")
    return " (a limit on processes: ulimit -u, or pids.max of a container)";
  if (error == ENOSPC && call == "unshare")
    return " (the limit on namespaces: sysctl user.max_net_namespaces, or max_user_namespaces)";
  return "";
}

}  // namespace

SystemError::SystemError(std::string_view call, std::string_view object, int error)
    : EnvironmentError(
          fmt::format("{}({}): {}{}", call, object, std::strerror(error), remedy(call, error))),
      error_(error) {}

void throw_errno(std::string_view call, std::string_view object) {
  throw SystemError(call, object, errno);
}

std::string errno_name(int error) {
  if (error == 0) return "0";
  const char* name = ::strerrorname_np(error);
  return name ? name : fmt::format("errno {}", error);
}

int errno_from_name(std::string_view name) {
  constexpr int largest = 133;  // EHWPOISON, the last one in asm-generic/errno.h
  for (int error = 1; error <= largest; ++error) {
    const char* candidate = ::strerrorname_np(error);
    if (candidate && name == candidate) return error;
  }
  return 0;
}

}  // namespace lab
