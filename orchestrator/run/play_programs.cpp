// SPDX-License-Identifier: MIT
//
// The verbs about programs, and about waiting.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <utility>

#include "run/actions.hpp"
#include "run/find_program.hpp"
#include "run/words.hpp"
#include "util/error.hpp"
#include "util/path_component.hpp"
#include "util/text.hpp"

namespace lab::run {
namespace {

constexpr unsigned most_processes = 256;  // of all programs of a run
// Bytes, of all programs of a run in a guest, which has 512 MB: neither the judge nor another run
// goes short of memory by one run.
constexpr std::uint64_t most_confined_memory = 192 << 20;

// Small and the same everywhere, so that the user's proxy or language settings do not change
// the result of a scenario.
std::vector<std::string> environment() {
  std::vector<std::string> pairs = {"LC_ALL=C", "TERM=dumb"};
  for (const char* name : {"PATH", "HOME"})
    if (const char* value = std::getenv(name)) pairs.push_back(fmt::format("{}={}", name, value));
  return pairs;
}

Trust trust_in(const scenario::Exec& action, const RunContext& context) {
  if (!context.confined) return Trust::ours;
  return action.root ? Trust::confined_root : Trust::confined;
}

Command command_for(const scenario::Exec& action, const std::string& file,
                    const RunContext& context) {
  const Timeline& timeline = context.timeline;
  Command command;
  command.file = file;
  command.arguments = {action.run.front()};
  for (std::size_t word = 1; word < action.run.size(); ++word)
    command.arguments.push_back(replace_names(action.run[word], timeline));
  command.environment = environment();
  command.input = replace_names(action.input, timeline);
  return command;
}

std::string name_of(const scenario::Exec& action) {
  if (!action.name.empty()) return action.name;
  const std::string file = std::filesystem::path(action.run.front()).filename().string();
  return is_path_component(file) ? file
                                 : "program";  // names in a stored report must be path components
}

// Null: it cannot be started, and `record` says why.
RunningProgram* start(RunContext& context, const scenario::Exec& action, Trust trust,
                      StepRecord& record) {
  const std::string& word = action.run.front();
  const std::string file = find_program(word, context.scenario.file);
  if (file.empty()) {
    record.played.error = ENOENT;
    record.played.observed = no_program(word, context.scenario.file);
    return nullptr;
  }
  Command command = command_for(action, file, context);
  command.trust = trust;
  if (!context.cgroup) {
    const std::uint64_t most_memory = context.confined ? most_confined_memory : 0;
    if (auto made = Cgroup::make(cgroup_of_run(::getpid()), most_processes, most_memory))
      context.cgroup.emplace(std::move(*made));
  }
  if (context.cgroup) command.cgroup = context.cgroup->entry().get();
  Started started = Program::start(context.host(action.host).netns(), command);
  if (!started.program) {
    record.played.error = started.error;
    record.played.observed = fmt::format("cannot run {}: {}", file, ::strerror(started.error));
    return nullptr;
  }
  const std::string name = name_of(action);
  context.timeline.programs.push_back(
      {name, action.host, fmt::format("{}", fmt::join(command.arguments, " ")), "", false, {}});
  return &context.programs
              .insert_or_assign(name, RunningProgram{std::move(*started.program),
                                                     context.timeline.programs.size() - 1})
              .first->second;
}

// SIGTERM → 15
int number_of(const std::string& signal) {
  for (int number = 1; number < SIGRTMIN; ++number) {
    const char* name = ::sigabbrev_np(number);
    if (name && signal == fmt::format("SIG{}", name)) return number;
  }
  throw UsageError(fmt::format("there is no signal {}; write SIGTERM, SIGINT, SIGKILL …", signal));
}

// Records what the program has printed and, if it ended by itself, how.
void report(const Program& program, StepRecord& record) {
  constexpr std::size_t most = 120;
  Played& played = record.played;
  played.data = program.output();
  if (!played.timed_out) played.exit = program.exit();
  const std::string output = in_quotes(program.output(), most);
  if (played.timed_out)
    played.observed = fmt::format("killed; printed {}", output);
  else if (played.exit)
    played.observed = fmt::format("exit {}; printed {}", *played.exit, output);
  else
    played.observed = fmt::format("printed {}", output);
}

// Waits for the program's end, or kills it at the deadline.
void await_end(RunContext& context, Program& program, StepRecord& record) {
  const Deadline deadline = context.deadline();
  for (context.drain(); !program.exit() && !deadline.passed(); context.drain())
    context.await_news(deadline);
  record.played.timed_out = !program.exit();
  program.kill();
  report(program, record);
}

// Why a shell's command, which a guest ran, tells nothing; empty: it tells. Its exit status says
// only of the last program that it was not there (127, 126), so the shell's words count, too. That
// a kernel has no such sysctl is the kernel's; that a file system is read-only is the guest's.
std::string why_useless(const Played& played) {
  constexpr int not_found = 127, not_executable = 126;
  if (played.timed_out) return "the microVM is too slow for the command";
  const auto names_what_lacks = [](std::string_view line) {
    const bool lacks = line.find("not found") != std::string_view::npos ||
                       line.find("No such file or directory") != std::string_view::npos ||
                       line.find("Read-only file system") != std::string_view::npos ||
                       line.find("nonexistent directory") != std::string_view::npos;
    return lacks && line.find("/proc/sys/") == std::string_view::npos;
  };
  const bool lacks = played.exit == not_found || played.exit == not_executable ||
                     std::ranges::any_of(lines(played.data.value_or("")), names_what_lacks);
  return lacks ? "the microVM lacks something that the command needs" : "";
}

void act(RunContext& context, const scenario::Exec& action, StepRecord& record) {
  RunningProgram* running = start(context, action, trust_in(action, context), record);
  if (!running || action.background) return;
  await_end(context, running->program, record);
  if (!action.from_script || !context.confined) return;
  if (const std::string why = why_useless(record.played); !why.empty())
    context.timeline.missed =
        fmt::format("line {}: {}: {}", record.line, why, record.played.observed);
}

void act(RunContext& context, const scenario::Stop& action, StepRecord& record) {
  Program& program = context.programs.at(action.program).program;
  program.look();
  record.played.error = program.signal(number_of(action.signal)).error;
  await_end(context, program, record);
}

void await_output(RunContext& context, const scenario::Await& action, StepRecord& record) {
  Program& program = context.programs.at(action.program).program;
  const auto has_said = [&] { return program.output().find(action.output) != std::string::npos; };
  const Deadline deadline = context.deadline();
  for (context.drain(); !has_said() && !program.exit() && !deadline.passed(); context.drain())
    context.await_news(deadline);
  record.played.timed_out = !has_said() && !program.exit();
  if (record.played.timed_out) program.kill();
  report(program, record);
}

short events_of(const std::string& event) {
  return event == "readable" ? POLLIN : event == "writable" ? POLLOUT : POLLRDHUP;
}

// A reset also counts as closed, though there is no FIN. A socket that is not connected
// reports POLLHUP at once, and no other event will follow.
void await_socket(RunContext& context, const scenario::Await& action, StepRecord& record) {
  const Deadline deadline = context.deadline();
  const short wanted = events_of(action.event);
  pollfd polled{context.socket(action.socket).fd(), wanted, 0};
  while (::poll(&polled, 1, deadline.poll_timeout()) <= 0 && !deadline.passed()) continue;
  const bool closed = polled.revents & (POLLHUP | POLLERR);
  const bool holds = (polled.revents & wanted) || (closed && action.event == "closed");
  record.played.timed_out = polled.revents == 0;
  record.played.error = holds || record.played.timed_out ? 0 : ENOTCONN;
  record.played.observed = scenario::poll_events_in_words(polled.revents);
}

// A rule's counter sends no event, so look again after each change.
void await_drops(RunContext& context, const scenario::Await& action, StepRecord& record) {
  Host& host = context.host(action.dropped);
  const Deadline deadline = context.deadline();
  while (!host.drops_done()) {
    if (deadline.passed()) {
      record.played.timed_out = true;
      return;
    }
    context.await_change(deadline);
    context.drain();
  }
}

void act(RunContext& context, const scenario::Await& action, StepRecord& record) {
  if (!action.dropped.empty())
    await_drops(context, action, record);
  else if (!action.socket.empty())
    await_socket(context, action, record);
  else if (action.exit)
    await_end(context, context.programs.at(action.program).program, record);
  else
    await_output(context, action, record);
}

// poll(2) returns as soon as one event is there; so repeat it until all are.
void act(RunContext& context, const scenario::Poll& action, StepRecord& record) {
  pollfd polled{context.socket(action.socket).fd(), POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
  const auto holds = [&] {
    checked(::poll(&polled, 1, 0), "poll", action.socket);
    return action.holds(polled.revents);
  };
  // poll(2) ignores a negative descriptor; this number is never one of this process.
  if (polled.fd < 0) polled.fd = std::numeric_limits<int>::max();
  const Deadline deadline = context.deadline();
  while (!holds() && !deadline.passed()) {
    context.await_change(deadline);
    context.drain();
  }
  record.played.timed_out = !action.holds(polled.revents);
  record.played.value = polled.revents;
  record.played.observed = scenario::poll_events_in_words(polled.revents);
}

// Drains packets and events while waiting, so that no buffer overflows.
void act(RunContext& context, const scenario::Wait& action, StepRecord&) {
  const Deadline end(action.duration);
  while (!end.passed()) {
    context.await_news(end);
    context.drain();
  }
}

}  // namespace

void run_without_rights(RunContext& context, const scenario::Exec& program, StepRecord& record) {
  try {
    if (RunningProgram* running = start(context, program, Trust::confined, record))
      await_end(context, running->program, record);
  } catch (const SystemError& error) {
    record.played.error = error.error();
    record.played.observed = fmt::format("it cannot be confined: {}", error.what());
  }
}

bool play_program_step(RunContext& context, const scenario::Action& action, StepRecord& record) {
  return visit_if_in(scenario::ProgramSteps{}, action,
                     [&](const auto& step) { act(context, step, record); });
}

}  // namespace lab::run
