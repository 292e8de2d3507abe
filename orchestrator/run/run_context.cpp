// SPDX-License-Identifier: MIT
#include "run/run_context.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <span>

#include "check/resolve.hpp"
#include "util/descendants.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::run {
namespace {

// Merges the items after the first `sorted` ones, which are in order, into them by time.
template <typename Item>
void merge_by_time(std::vector<Item>& items, std::size_t sorted) {
  const auto earlier = [](const Item& a, const Item& b) { return a.time < b.time; };
  const auto middle = items.begin() + static_cast<std::ptrdiff_t>(sorted);
  std::stable_sort(middle, items.end(), earlier);
  std::inplace_merge(items.begin(), middle, items.end(), earlier);
}

void keep(const Program& program, ProgramRecord& record) {
  // It only grows and may be large, so copy it only when it has grown.
  if (record.output.size() != program.output().size()) record.output = program.output();
  record.output_cut = program.cut();
  record.exit = program.exit();
}

// Descriptors that become readable when a host or a program has done something.
std::vector<pollfd> event_sources(RunContext& context) {
  std::vector<pollfd> polled;
  for (Host& each : context.hosts) {
    polled.push_back({each.capture().fd(), POLLIN, 0});
    if (each.trace().trace) polled.push_back({each.trace().trace->fd(), POLLIN, 0});
  }
  for (const auto& [name, running] : context.programs) running.program.watch(polled);
  return polled;
}

}  // namespace

std::string cgroup_of_run(pid_t process) { return fmt::format("lab-run-{}", process); }

Host& RunContext::host(const std::string& name) {
  return *std::find_if(hosts.begin(), hosts.end(),
                       [&](const Host& candidate) { return candidate.name() == name; });
}

TcpSocket& RunContext::socket(const std::string& name) {
  const auto second = second_names.find(name);
  const auto found = sockets.find(second == second_names.end() ? name : second->second);
  if (found == sockets.end())
    throw UsageError(
        fmt::format("{}: socket {} is used, but the step that opens it was skipped; "
                    "skip the steps that use it, too",
                    scenario.file, name));
  return found->second;
}

void RunContext::enter(const std::string& name, const std::string& host_name, TcpSocket socket) {
  timeline.sockets.push_back({name, host_name, socket.cookie(), socket.inode()});
  sockets.insert_or_assign(name, std::move(socket));
}

void RunContext::enter_again(const std::string& second_name, const std::string& name) {
  SocketRecord again = *check::socket_named(timeline, name);
  again.name = second_name;
  // Resolve a second name of a second name to the first name.
  const auto first = second_names.find(name);
  second_names[second_name] = first == second_names.end() ? name : first->second;
  timeline.sockets.push_back(std::move(again));
}

void RunContext::guard_links() {
  if (crash_cleanup) return;
  std::vector<CrashCleanup::Links> links;
  for (Host& each : hosts) {
    std::vector<LinkEnd> ends;
    for (const Interface& interface : each.interfaces()) ends.push_back(interface.end);
    if (!ends.empty()) links.push_back({each.netlink(), std::move(ends)});
  }
  crash_cleanup.emplace(links);
}

void RunContext::drain() {
  const std::size_t packets = timeline.packets.size(), events = timeline.trace.size();
  timeline.trace_lost = 0;
  for (Host& each : hosts) {
    each.capture().drain(timeline.packets);
    timeline.packets_lost |= each.capture().dropped() > 0;
    if (!each.trace().trace) continue;
    each.trace().trace->drain(timeline.trace);
    timeline.trace_lost += each.trace().trace->lost();
  }
  injected.mark(std::span(timeline.packets).subspan(packets));
  dropped.mark(std::span(timeline.packets).subspan(packets));
  merge_by_time(timeline.packets, packets);
  merge_by_time(timeline.trace, events);
  for (auto& [name, running] : programs) {
    running.program.look();
    keep(running.program, timeline.programs[running.record]);
  }
  reap_ended_orphans();
}

void RunContext::reap_ended_orphans() const {
  reap_orphans([this](pid_t child) {
    return (crash_cleanup && crash_cleanup->pid() == child) ||
           (cgroup && cgroup->cleanup() == child) ||
           std::ranges::any_of(programs, [child](const auto& each) {
             return each.second.program.owns(child);
           });
  });
}

void RunContext::pause_programs() const {
  if (cgroup) cgroup->freeze();
  for (const auto& [name, running] : programs) running.program.pause();
}

void RunContext::go_on() const {
  for (const auto& [name, running] : programs) running.program.go_on();
  if (cgroup) cgroup->thaw();
}

void RunContext::count_missed() {
  ModuleHere& here = hosts.front().module();  // its counter is for the whole kernel
  if (!here.module) return;
  const auto count = [](const std::map<std::string, std::string>& facts) {
    const auto fact = facts.find("trace_missed");
    return fact == facts.end() ? 0 : to_integer<std::uint64_t>(fact->second).value_or(0);
  };
  timeline.trace_missed = count(here.module->read_info()) - count(here.module->info());
}

void RunContext::await_change(const Deadline& deadline) {
  constexpr int look_again = 2;  // ms: the kernel has no event for table changes
  std::vector<pollfd> polled = event_sources(*this);
  ::poll(polled.data(), polled.size(), std::min(look_again, deadline.poll_timeout()));
}

void RunContext::await_news(const Deadline& deadline) {
  std::vector<pollfd> polled = event_sources(*this);
  ::poll(polled.data(), polled.size(), deadline.poll_timeout());
}

}  // namespace lab::run
