// SPDX-License-Identifier: MIT
#include "vm/kernel_reports.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include "util/child.hpp"
#include "util/error.hpp"
#include "util/pipe.hpp"
#include "util/text.hpp"

namespace lab::vm {
namespace {

// lib/kasan, kernel/locking/lockdep.c, kernel/rcu, kernel/sched/core.c, lib/ubsan.c,
// lib/debugobjects.c, lib/refcount.c, lib/ref_tracker.c, net/core/dev.c, lib/list_debug.c.
constexpr std::array<std::string_view, 12> beginnings = {
    "BUG: ",        "WARNING: ",
    "UBSAN: ",      "INFO: trying to register non-static key",
    "INFO: task ",  "INFO: possible ",
    "ODEBUG: ",     "refcount_t: ",
    "ref_tracker: ", "unregister_netdevice: waiting for ",
    "list_add ",    "list_del ",
};
// A host that is busy with other work causes it.
constexpr std::string_view stall = "BUG: workqueue lockup";
// They end a check, which then finds nothing more.
constexpr std::array<std::string_view, 2> ends_of_checks = {
    "kmemleak: Kernel memory leak detector disabled",
    "kmemleak: Cannot allocate a kmemleak_object structure",
};

constexpr const char* kmemleak = "/sys/kernel/debug/kmemleak";
// mm/kmemleak.c: MSECS_MIN_AGE.
constexpr std::chrono::milliseconds youngest_leak{5100};

// In a child of process 1. An object is reported when two scans have found no reference to
// it, and it has not changed in between. False: see errno.
bool scan() {
  const Fd file(::open(kmemleak, O_WRONLY | O_CLOEXEC));
  constexpr int scans = 3;
  for (int i = 0; i < scans; ++i) {
    if (::write(file.get(), "scan", 4) != 4) return false;
    // The kernel announces nothing when an object has reached that age.
    if (i == 0) std::this_thread::sleep_for(youngest_leak);
  }
  return true;
}

}  // namespace

bool begins_report(std::string_view line) {
  const auto begins = [&](std::string_view beginning) { return line.starts_with(beginning); };
  if (begins(stall)) return false;
  return std::any_of(beginnings.begin(), beginnings.end(), begins) ||
         std::any_of(ends_of_checks.begin(), ends_of_checks.end(), begins);
}

std::string_view kernel_text(std::string_view record) {
  // "6,339,5140900,-;text\n KEY=value\n"; the first number is facility * 8 + level.
  const auto text = record.find(';');
  const auto priority = to_integer<unsigned>(record.substr(0, record.find(',')));
  if (text == std::string_view::npos || !priority || *priority > 7) return {};
  const auto line = record.substr(text + 1);
  return line.substr(0, line.find('\n'));
}

KernelLog::KernelLog()
    : device_(checked(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC), "open",
                      "/dev/kmsg")) {
  checked(::lseek(device_.get(), 0, SEEK_END), "lseek", "/dev/kmsg");
}

std::vector<std::string> KernelLog::take_reports(std::size_t most) {
  std::vector<std::string> lines;
  std::array<char, 8192> record;
  for (;;) {
    const ssize_t size = ::read(device_.get(), record.data(), record.size());
    if (size < 0 && (errno == EPIPE || errno == EINTR)) continue;  // EPIPE: some were overwritten
    if (size < 0 && errno == EAGAIN) return lines;
    checked(size, "read", "/dev/kmsg");
    const auto line = kernel_text({record.data(), static_cast<std::size_t>(size)});
    if (lines.size() < most && (!lines.empty() || begins_report(line))) lines.emplace_back(line);
  }
}

std::string find_leaks(GuestChannel& channel) {
  // Only now: no program of the job is left that could use it.
  if (::mount("debugfs", "/sys/kernel/debug", "debugfs", 0, nullptr) != 0 && errno != EBUSY)
    return {};
  if (::access(kmemleak, F_OK) != 0) return {};
  Pipe over = make_pipe("the search for leaks");
  const pid_t child = fork_child("the search for leaks", {}, [] { return scan() ? 0 : 1; });
  over.write_end.reset();
  pollfd wait{over.read_end.get(), POLLIN, 0};
  while (checked(::poll(&wait, 1, static_cast<int>(heartbeat.count())), "poll", kmemleak) == 0)
    channel.send(Output{});
  if (wait_for_end(child) != 0) throw EnvironmentError("the guest's kernel cannot be searched for leaks");
  return read_file(kmemleak);
}

}  // namespace lab::vm
