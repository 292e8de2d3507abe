// SPDX-License-Identifier: MIT
#include "util/descendants.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "util/error.hpp"
#include "util/pidfd.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;

pid_t adopter = -1;  // the process that adopts orphans; a copy of it does not

// Children that it had before it did so.
struct Earlier {
  pid_t pid;
  Fd process;  // pidfd_open(2): the number may be another's when it has ended
};
std::vector<Earlier> earlier_children;

struct Seen {
  pid_t pid = 0, parent = 0, group = 0;
  std::uint64_t start = 0;  // in ticks since boot: tells it from a later one with its number
  bool zombie = false;
};

// proc_pid_stat(5). Nothing: it is gone.
std::optional<Seen> look_at(pid_t pid) try {
  const std::string text = read_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t end_of_name = text.rfind(')');  // a name may contain anything
  if (end_of_name == std::string::npos) return std::nullopt;
  const auto fields = words(std::string_view(text).substr(end_of_name + 1));
  constexpr std::size_t state = 0, parent = 1, group = 2, start = 19;  // counted from field 3
  if (fields.size() <= start) return std::nullopt;
  return Seen{pid, to_integer<pid_t>(fields[parent]).value_or(0),
              to_integer<pid_t>(fields[group]).value_or(0),
              to_integer<std::uint64_t>(fields[start]).value_or(0),
              fields[state] == "Z" || fields[state] == "X"};
} catch (const SystemError&) {
  return std::nullopt;
}

// Runs this very program, and not one that a scenario names.
bool is_our_copy(pid_t pid) {
  struct stat own {}, its {};
  return ::stat("/proc/self/exe", &own) == 0 &&
         ::stat(("/proc/" + std::to_string(pid) + "/exe").c_str(), &its) == 0 &&
         own.st_dev == its.st_dev && own.st_ino == its.st_ino;
}

std::unordered_multimap<pid_t, Seen> all_by_parent() {
  std::unordered_multimap<pid_t, Seen> all;
  std::error_code error;
  for (fs::directory_iterator each("/proc", error), end; !error && each != end;
       each.increment(error)) {
    const auto pid = to_integer<pid_t>(each->path().filename().string());
    if (!pid) continue;
    if (const auto seen = look_at(*pid)) all.emplace(seen->parent, *seen);
  }
  return all;
}

// Our children but those that are spared, from one file (CONFIG_PROC_CHILDREN). Nothing: this
// kernel does not list them.
std::optional<std::vector<pid_t>> other_children(const std::set<pid_t>& spared) try {
  const std::string text = read_file("/proc/thread-self/children");
  std::vector<pid_t> children;
  for (const std::string_view word : words(text)) {
    const pid_t child = to_integer<pid_t>(word).value_or(0);
    if (!spared.contains(child)) children.push_back(child);
  }
  return children;
} catch (const SystemError&) {
  return std::nullopt;
}

std::vector<pid_t> all_children() {
  if (auto children = other_children({})) return *children;
  std::vector<pid_t> children;
  const auto all = all_by_parent();
  for (auto [each, end] = all.equal_range(::getpid()); each != end; ++each)
    children.push_back(each->second.pid);
  return children;
}

// Stops the process groups of these children. No look at any file: a fork bomb leaves us little
// of the processor before it has stopped.
void stop_groups(const std::vector<pid_t>& children, const std::set<pid_t>& groups_spared) {
  std::set<pid_t> done = groups_spared;
  for (const pid_t child : children)
    if (const pid_t group = ::getpgid(child);
        group > 0 && done.insert(group).second && !is_our_copy(child))
      ::kill(-group, SIGSTOP);
}

// Parents come before their children.
std::vector<Seen> strays(const std::set<pid_t>& spared) {
  const auto all = all_by_parent();
  std::vector<Seen> found;
  const auto add_children = [&](pid_t parent) {
    const auto [begin, end] = all.equal_range(parent);
    for (auto each = begin; each != end; ++each)
      if (!spared.contains(each->first == ::getpid() ? each->second.pid : 0) &&
          (each->second.zombie || !is_our_copy(each->second.pid)))
        found.push_back(each->second);
  };
  add_children(::getpid());
  for (std::size_t at = 0; at < found.size(); ++at) add_children(found[at].pid);
  return found;
}

// Of its process group, too, which cannot grow meanwhile: fork(2) does not complete while a
// signal for its group is pending.
void send(const Seen& to, int signal, const std::set<pid_t>& groups_spared) {
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, to.pid, 0)));
  const auto now = process ? look_at(to.pid) : std::nullopt;
  if (!now || now->start != to.start) return;
  if (now->group > 0 && !groups_spared.contains(now->group)) ::kill(-now->group, signal);
  pidfd_send_signal(process, signal);
}

// Waits until a child that was killed can be reaped. False: it lives at the deadline.
bool reap(pid_t child, const Deadline& deadline) {
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  pollfd ended{process.get(), POLLIN, 0};
  while (process && ::poll(&ended, 1, deadline.poll_timeout()) <= 0)
    if (deadline.passed()) return false;
  ::waitpid(child, nullptr, WNOHANG);
  return true;
}

}  // namespace

void adopt_orphans() {
  if (adopter == ::getpid()) return;
  earlier_children.clear();
  for (const pid_t child : all_children())
    if (Fd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0))); process)
      earlier_children.push_back({child, std::move(process)});
  checked(::prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl(PR_SET_CHILD_SUBREAPER)", "");
  adopter = ::getpid();
}

void reap_orphans(const std::function<bool(pid_t child)>& is_known) {
  if (adopter != ::getpid()) return;
  for (;;) {
    siginfo_t ended{};
    if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) return;
    if (is_known(ended.si_pid)) return;  // it hides those after it until it is reaped
    ::waitpid(ended.si_pid, nullptr, WNOHANG);
  }
}

bool end_descendants(const std::vector<pid_t>& spared, const Deadline& deadline) {
  std::set<pid_t> not_these(spared.begin(), spared.end()), groups = not_these;
  groups.insert(::getpgrp());
  for (const Earlier& each : earlier_children)
    if (adopter == ::getpid() && pidfd_send_signal(each.process, 0) == 0) {
      not_these.insert(each.pid);
      groups.insert(::getpgid(each.pid));
    }
  if (const auto children = other_children(not_these)) {
    if (std::ranges::all_of(*children, is_our_copy)) return true;  // nearly always
    stop_groups(*children, groups);
  }
  std::set<std::pair<pid_t, std::uint64_t>> stopped;
  constexpr int most_stops = 100;
  for (int round = 0; !deadline.passed(); ++round) {
    const std::vector<Seen> found = strays(not_these);
    if (found.empty()) return true;
    // First all stop: killed, they would make room for those that they are about to start.
    bool new_ones = false;
    for (const Seen& each : found)
      if (round < most_stops && !each.zombie && stopped.emplace(each.pid, each.start).second) {
        send(each, SIGSTOP, groups);
        new_ones = true;
      }
    if (new_ones) continue;
    for (const Seen& each : found)
      if (!each.zombie) send(each, SIGKILL, groups);
    for (const Seen& each : found)
      if (each.parent == ::getpid() && !reap(each.pid, deadline)) return false;
  }
  return false;
}

}  // namespace lab
