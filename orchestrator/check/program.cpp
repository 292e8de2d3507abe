// SPDX-License-Identifier: MIT
//
// Judges the steps that run programs and those that wait.
#include <fmt/format.h>

#include "check/parts.hpp"
#include "language/step_facts.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::check {
namespace {

std::string without_space_at_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return std::string(text.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

std::string said(const Context& context) {
  const std::string& output = context.record.played.data.value_or("");
  return output.empty() ? "it printed nothing" : fmt::format("it printed {}", in_quotes(output));
}

std::string said_and_ended(const Context& context) {
  const auto& exit = context.record.played.exit;
  return exit ? fmt::format("{}, and ended with exit status {}", said(context), *exit)
              : said(context);
}

std::string at_deadline(const Context& context) {
  return fmt::format("it had not ended at the deadline of {} ms and was killed; {}",
                     context.scenario.deadline.count(), said(context));
}

Check judged(const Context& context, bool holds, std::string title, std::string expected,
             std::string seen) {
  if (context.record.played.timed_out) seen = at_deadline(context);
  return holds ? passed(std::move(title), Witness::program, std::move(expected), std::move(seen))
               : failed(std::move(title), Witness::program, std::move(expected), std::move(seen));
}

// If the exit status is wrong, the output may explain it.
Check judge_exit(const Context& context, const std::string& name, int expected) {
  const auto& exit = context.record.played.exit;
  const bool holds = exit == expected;
  std::string seen = exit ? fmt::format("exit status {}", *exit) : "it has not ended";
  if (!holds) seen += fmt::format("; {}", said(context));
  return judged(context, holds, fmt::format("{} ends with exit status {}", name, expected),
                fmt::format("exit status {}", expected), seen);
}

Check judge_holds(const Context& context, const std::string& name, const std::string& text) {
  const std::string& output = context.record.played.data.value_or("");
  return judged(context, output.find(text) != std::string::npos,
                fmt::format("{} says {}", name, in_quotes(text)),
                fmt::format("it says {}", in_quotes(text)), said_and_ended(context));
}

Check judge_output(const Context& context, const std::string& name, const std::string& text) {
  const std::string& output = context.record.played.data.value_or("");
  const std::string wanted = without_space_at_end(text);
  return judged(context, without_space_at_end(output) == wanted,
                fmt::format("{} says exactly {}", name, in_quotes(wanted)),
                fmt::format("it says exactly {}", in_quotes(wanted)), said(context));
}

// The program could not be started or signalled.
Check judge_error(const Context& context, std::string expected) {
  const Played& played = context.record.played;
  return failed(language::describe(context.step.action), Witness::program, std::move(expected),
                fmt::format("{}: {}", errno_name(played.error), played.observed));
}

std::vector<Check> judge_event(const Context& context, std::string expected) {
  const Played& played = context.record.played;
  const std::string title = language::describe(context.step.action);
  constexpr Witness socket = Witness::socket;
  if (played.timed_out)
    return {
        failed(title, socket, std::move(expected),
               fmt::format("not before the deadline of {} ms", context.scenario.deadline.count()))};
  if (played.error != 0)
    return {failed(title, socket, std::move(expected),
                   fmt::format("{}: {}", errno_name(played.error), played.observed))};
  return {passed(title, socket, std::move(expected), played.observed)};
}

}  // namespace

std::vector<Check> judge_step(const Context& context, const scenario::Exec& exec) {
  if (context.record.played.error != 0) return {judge_error(context, "the program starts")};
  if (exec.background) return {};
  const std::string& name = exec.name.empty() ? exec.run.front() : exec.name;
  if (exec.from_script && !context.timeline.missed.empty())
    return {not_observed(fmt::format("{} ends with exit status {}", name, exec.exit),
                         Witness::program, fmt::format("exit status {}", exec.exit),
                         context.timeline.missed)};
  std::vector<Check> checks = {judge_exit(context, name, exec.exit)};
  if (context.record.played.timed_out) return checks;  // the first check names the deadline
  if (exec.output) checks.push_back(judge_output(context, name, *exec.output));
  for (const std::string& text : exec.contains) checks.push_back(judge_holds(context, name, text));
  return checks;
}

std::vector<Check> judge_step(const Context& context, const scenario::Await& await) {
  if (!await.dropped.empty()) return judge_event(context, "all of them are dropped");
  if (!await.socket.empty())
    return judge_event(context, fmt::format("{} is {}", await.socket, await.event));
  std::vector<Check> checks;
  if (!await.output.empty()) checks.push_back(judge_holds(context, await.program, await.output));
  if (await.exit) checks.push_back(judge_exit(context, await.program, *await.exit));
  return checks;
}

// A stop tests nothing, like a close: it adds a check only when it fails.
std::vector<Check> judge_step(const Context& context, const scenario::Stop& stop) {
  const std::string expected = fmt::format("{} is running", stop.program);
  if (context.record.played.error != 0) return {judge_error(context, expected)};
  if (!context.record.played.timed_out) return {};
  return {judged(context, false, language::describe(context.step.action),
                 fmt::format("{} ends it", stop.signal), "")};
}

}  // namespace lab::check
