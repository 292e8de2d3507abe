// SPDX-License-Identifier: MIT
#include "process/user_namespace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>

#include "util/child.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/pipe.hpp"
#include "util/text.hpp"
#include "util/write_all.hpp"

namespace lab {
namespace {

// "": no such sysctl.
std::string value_of(const std::string& path) try {
  std::string value = read_file(path);
  while (!value.empty() && value.back() == '\n') value.pop_back();
  return value;
} catch (const SystemError&) {
  return "";
}

// The sysctls with which distributions restrict it. If none does, a container's seccomp
// filter or a chroot may.
std::string what_forbids(const std::string& call, int error) {
  const std::string failed = fmt::format("{}: {}", call, std::strerror(error));
  if (value_of("/proc/sys/kernel/unprivileged_userns_clone") == "0")
    return failed + " (sysctl kernel.unprivileged_userns_clone is 0; root can set it to 1)";
  if (value_of("/proc/sys/user/max_user_namespaces") == "0")
    return failed + " (sysctl user.max_user_namespaces is 0; root can set it to 10000)";
  if (value_of("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1")
    return failed +
           " (sysctl kernel.apparmor_restrict_unprivileged_userns is 1; root can set it to 0)";
  return failed + " (a container or a chroot may forbid it)";
}

void write_map(const char* path, const std::string& line) {
  const Fd file(::open(path, O_WRONLY | O_CLOEXEC));
  if (!file || ::write(file.get(), line.data(), line.size()) < 0)
    throw EnvironmentError(what_forbids(fmt::format("write({})", path), errno));
}

}  // namespace

bool may_build_hosts() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  if (::syscall(SYS_capget, &header, data.data()) != 0) return false;
  for (const unsigned needed :
       std::initializer_list<unsigned>{CAP_SYS_ADMIN, CAP_NET_ADMIN, CAP_NET_RAW})
    if (!(data[CAP_TO_INDEX(needed)].effective & CAP_TO_MASK(needed))) return false;
  // The capabilities may be those of a user namespace in which this network namespace is not.
  const Fd own(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  return own && ::setns(own.get(), CLONE_NEWNET) == 0;
}

void enter_user_namespace() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
    throw EnvironmentError(what_forbids("unshare(CLONE_NEWUSER | CLONE_NEWNET)", errno));
  // Only a process that cannot change its groups may write a group map.
  write_map("/proc/self/setgroups", "deny");
  write_map("/proc/self/uid_map", fmt::format("0 {} 1", user));
  write_map("/proc/self/gid_map", fmt::format("0 {} 1", group));
}

UserNamespaceTrial try_user_namespace(const std::function<std::string()>& look) {
  constexpr char entered = '+', refused = '-';
  Pipe answer = make_pipe("a test of user namespaces");
  const pid_t child = fork_child("a test of user namespaces", {}, [&] {
    std::string text(1, refused);
    try {
      enter_user_namespace();
      text = entered;
      text += look();
    } catch (const std::exception& error) {
      text += error.what();
    }
    [[maybe_unused]] const auto wrote = ::write(answer.write_end.get(), text.data(), text.size());
    return 0;
  });
  answer.write_end.reset();
  std::string text;
  std::array<char, 4096> piece;
  for (;;) {
    const ssize_t got = ::read(answer.read_end.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  wait_for_end(child);
  if (text.empty()) return {"the process that tried it died", ""};
  if (text.front() == refused) return {text.substr(1), ""};
  return {"", text.substr(1)};
}

}  // namespace lab
