// SPDX-License-Identifier: MIT
//
// Judges the system calls of packetdrill scripts.
#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "check/parts.hpp"
#include "language/step_facts.hpp"
#include "util/error.hpp"

namespace lab::check {
namespace {

using scenario::SystemCall;

double to_ms(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }

std::string outcome_in_words(std::optional<std::int64_t> result, int error) {
  if (error == scenario::any_errno) return "an errno";
  if (error != 0) return errno_name(error);
  return result ? std::to_string(*result) : "success";
}

// What differs between the outcome and the expected one; empty: nothing.
std::string wrong_with(const SystemCall& call, const Played& played) {
  const bool same_error =
      call.error == scenario::any_errno ? played.error != 0 : played.error == call.error;
  if (!same_error || (played.error == 0 && call.result && played.value != call.result))
    return fmt::format("it returned {} instead of {}", outcome_in_words(played.value, played.error),
                       outcome_in_words(call.result, call.error));
  const std::string reply = scenario::expected_reply(call);
  if (!reply.empty() && played.error == 0 && played.data && *played.data != reply)
    return fmt::format("it brought {}, instead of {}", *played.data, reply);
  return "";
}

}  // namespace

std::vector<Check> judge_step(const Context& context, const SystemCall& call) {
  if (call.begins) return {};
  const std::string expected =
      fmt::format("{}() returns {}", call.name, outcome_in_words(call.result, call.error));
  const std::string found = wrong_with(call, context.record.played);
  const std::string title = language::describe(context.step.action);
  if (found.empty()) return {passed(title, Witness::socket, expected, "it did")};
  const std::int64_t delayed = context.record.due ? context.record.due->delayed : 0;
  if (delayed > 0)  // a time that it brought is late
    return {not_observed(title, Witness::socket, expected,
                         fmt::format("{}; this machine may have kept the script for {:.3f} ms",
                                     found, to_ms(delayed)))};
  return {failed(title, Witness::socket, expected, "saw that " + found)};
}

std::vector<Check> judge_step(const Context& context, const scenario::CallOver& over) {
  const std::string title = language::describe(context.step.action);
  const std::string expected = fmt::format("{}() returns {}", over.call.name,
                                           outcome_in_words(over.call.result, over.call.error));
  const Played& played = context.record.played;
  if (played.timed_out)
    return {failed(title, Witness::socket, expected, "saw that it did not return")};
  const std::string found = wrong_with(over.call, played);
  if (!found.empty()) return {failed(title, Witness::socket, expected, "saw that " + found)};
  if (!context.record.due) return {passed(title, Witness::socket, expected, "it did")};
  const Due& due = *context.record.due;
  const std::int64_t late = context.record.end - due.earliest;
  const std::string when =
      fmt::format("it returned {:.3f} ms {} its time; the tolerance is {:.3f} ms",
                  std::abs(to_ms(late)), late < 0 ? "before" : "after", to_ms(due.tolerance));
  if (std::abs(late) <= due.tolerance) return {passed(title, Witness::socket, expected, "it did")};
  if (late > 0 && late <= due.tolerance + due.delayed)
    return {not_observed(title, Witness::socket, expected,
                         fmt::format("{}, but this machine may have kept it for {:.3f} ms", when,
                                     to_ms(due.delayed)))};
  return {failed(title, Witness::socket, expected, "saw that " + when)};
}

std::vector<Check> judge_step(const Context& context, const scenario::PythonCode&) {
  const std::string title = language::describe(context.step.action);
  const std::string expected = "no assertion fails";
  const Played& played = context.record.played;
  const auto say = [&](auto make, std::string seen) {
    return std::vector{make(title, Witness::program, expected, std::move(seen))};
  };
  if (played.error != 0) return say(not_observed, played.observed);
  if (played.timed_out)
    return say(failed, fmt::format("it had not ended at the deadline of {} ms and was killed",
                                   context.scenario.deadline.count()));
  if (played.exit == 0) return say(passed, "none did");
  // The last line is the driver's (run/python_code.cpp); what the code prints is before it.
  const std::string all = played.data.value_or("");
  std::string_view output = all;
  while (output.ends_with('\n')) output.remove_suffix(1);
  const std::string last(output.substr(output.rfind('\n') + 1));
  if (played.exit == scenario::python_lacks_field) return say(not_observed, last);
  return say(
      failed,
      fmt::format("saw {}", last.empty() ? fmt::format("exit status {}", *played.exit) : last));
}

}  // namespace lab::check
