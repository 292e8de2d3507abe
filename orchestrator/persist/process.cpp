// SPDX-License-Identifier: MIT
#include "persist/process.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "collect/proc.hpp"
#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/pidfd.hpp"
#include "util/text.hpp"

namespace lab::persist {
namespace {

void send_signal(const Fd& process, int number, const Process& object) {
  if (::syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0) == 0 || errno == ESRCH)
    return;
  throw_errno("pidfd_send_signal", fmt::format("process {}", object.pid));
}

bool await_end(const Fd& process, const Deadline& deadline) {
  for (;;) {
    pollfd polled{process.get(), POLLIN, 0};
    const int ready = ::poll(&polled, 1, deadline.poll_timeout());
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) throw_errno("poll", "a process");
    if (deadline.passed()) return false;
  }
}

}  // namespace

std::string boot_id() {
  std::string id = read_file("/proc/sys/kernel/random/boot_id");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

std::optional<Stat> stat_of(pid_t pid) try {
  const std::string text = read_file(fmt::format("/proc/{}/stat", pid));
  // "4121 (a name that may hold anything) S 1 …": field 3 follows the last ")".
  const std::size_t end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos) return std::nullopt;
  const auto fields = words(std::string_view(text).substr(end_of_name + 1));
  constexpr std::size_t state = 0, parent = 1, session = 3, start = 19;  // counted from field 3
  if (fields.size() <= start) return std::nullopt;
  return Stat{fields[state].front(), to_integer<pid_t>(fields[parent]).value_or(0),
              to_integer<pid_t>(fields[session]).value_or(0),
              to_integer<std::uint64_t>(fields[start]).value_or(0)};
} catch (const SystemError&) {
  return std::nullopt;
}

Process this_process() { return {::getpid(), stat_of(::getpid()).value().start}; }

std::optional<Fd> open_process(const Process& process) {
  if (process.pid <= 0) return std::nullopt;
  // Open the descriptor first, then check: it always refers to one process.
  Fd fd(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (!fd) return std::nullopt;
  const auto stat = stat_of(process.pid);
  if (!stat || stat->start != process.start || stat->state == 'Z') return std::nullopt;
  return fd;
}

void end_process(const Process& process, std::chrono::milliseconds patience) {
  const auto fd = open_process(process);
  if (!fd) return;
  send_signal(*fd, SIGTERM, process);
  if (await_end(*fd, Deadline(patience))) return;
  constexpr std::chrono::seconds killed_is_gone{30};  // it may be in a long system call
  send_signal(*fd, SIGKILL, process);
  if (!await_end(*fd, Deadline(killed_is_gone)))
    throw EnvironmentError(fmt::format("process {} still runs after SIGKILL", process.pid));
}

std::vector<Inhabitant> inhabitants_of(std::uint64_t inode) {
  std::vector<Inhabitant> inhabitants;
  for (const pid_t pid : collect::list_processes()) {
    struct stat status {};
    if (::stat(fmt::format("/proc/{}/ns/net", pid).c_str(), &status) != 0) continue;
    if (status.st_ino != inode) continue;
    const auto stat = stat_of(pid);
    if (!stat || stat->state == 'Z') continue;
    inhabitants.push_back({{pid, stat->start}, stat->session, collect::command_of(pid)});
  }
  return inhabitants;
}

}  // namespace lab::persist
