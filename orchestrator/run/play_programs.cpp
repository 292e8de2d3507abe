// SPDX-License-Identifier: MIT
//
// The verbs that run programs: exec, stop.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "run/find_program.hpp"
#include "run/programs.hpp"
#include "run/words.hpp"
#include "util/error.hpp"
#include "util/path_component.hpp"
#include "util/text.hpp"

namespace lab::run {
namespace {

// Little, and the same everywhere: a proxy or a language that the user has set
// is not to change what a scenario shows.
std::vector<std::string> environment() {
  std::vector<std::string> pairs = {"LC_ALL=C", "TERM=dumb"};
  for (const char* name : {"PATH", "HOME"})
    if (const char* value = std::getenv(name)) pairs.push_back(fmt::format("{}={}", name, value));
  return pairs;
}

Trust trust_in(const scenario::Exec& action, const Stage& stage) {
  if (!stage.confined) return Trust::ours;
  return action.root ? Trust::confined_root : Trust::confined;
}

Command command_for(const scenario::Exec& action, const std::string& file, const Stage& stage) {
  const Timeline& timeline = stage.timeline;
  Command command;
  command.trust = trust_in(action, stage);
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
  return is_path_component(file) ? file : "program";  // a stored report's names have to be
}

// Null, and why in `record`: it cannot be started.
StagedProgram* start(Stage& stage, const scenario::Exec& action, StepRecord& record) {
  const std::string& word = action.run.front();
  const std::string file = find_program(word, stage.scenario.file);
  if (file.empty()) {
    record.played.error = ENOENT;
    record.played.observed = no_program(word, stage.scenario.file);
    return nullptr;
  }
  const Command command = command_for(action, file, stage);
  Started started = Program::start(stage.host(action.host).space(), command);
  if (!started.program) {
    record.played.error = started.error;
    record.played.observed = fmt::format("cannot run {}: {}", file, ::strerror(started.error));
    return nullptr;
  }
  const std::string name = name_of(action);
  stage.timeline.programs.push_back(
      {name, action.host, fmt::format("{}", fmt::join(command.arguments, " ")), "", false, {}});
  return &stage.programs
              .insert_or_assign(name, StagedProgram{std::move(*started.program),
                                                    stage.timeline.programs.size() - 1})
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

}  // namespace

void act(Stage& stage, const scenario::Exec& action, StepRecord& record) {
  StagedProgram* staged = start(stage, action, record);
  if (!staged || action.background) return;
  await_end(stage, staged->program, record);
}

void act(Stage& stage, const scenario::Stop& action, StepRecord& record) {
  Program& program = stage.programs.at(action.program).program;
  program.look();
  record.played.error = program.signal(number_of(action.signal)).error;
  await_end(stage, program, record);
}

void await_end(Stage& stage, Program& program, StepRecord& record) {
  const Deadline deadline = stage.deadline();
  for (stage.drain(); !program.exit() && !deadline.passed(); stage.drain())
    stage.await_news(deadline);
  record.played.timed_out = !program.exit();
  program.kill();
  tell(program, record);
}

void tell(const Program& program, StepRecord& record) {
  constexpr std::size_t most = 120;
  Played& played = record.played;
  played.data = program.output();
  if (!played.timed_out) played.exit = program.exit();
  const std::string output = in_quotes(program.output(), most);
  if (played.timed_out)
    played.observed = fmt::format("killed, having said {}", output);
  else if (played.exit)
    played.observed = fmt::format("exit {}, having said {}", *played.exit, output);
  else
    played.observed = fmt::format("says {}", output);
}

}  // namespace lab::run
