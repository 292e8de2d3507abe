// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "check/parts.hpp"
#include "language/step_facts.hpp"
#include "util/error.hpp"

namespace lab::check {
namespace {

std::string outcome_name(int error) {
  return error == 0 ? "success" : error == scenario::any_errno ? "an errno" : errno_name(error);
}

// `brings`: on success, report the call's result and not only that it succeeded.
std::string what_happened(const Context& context, bool brings) {
  const Played& played = context.record.played;
  if (brings && !played.timed_out && played.error == 0 && !played.observed.empty())
    return "saw " + played.observed;
  std::string seen = played.timed_out ? fmt::format("no result before the deadline of {} ms",
                                                    context.scenario.deadline.count())
                                      : fmt::format("saw {}", outcome_name(played.error));
  if (!played.observed.empty() && played.observed != outcome_name(played.error))
    seen += fmt::format(" ({})", played.observed);
  return seen;
}

}  // namespace

std::vector<Check> judge_call(const Context& context) {
  const Played& played = context.record.played;
  const language::Call call = language::call_of(context.step.action, played).value();
  const std::optional<language::Demand>& demand = call.demand;
  const bool right =
      call.error == scenario::any_errno ? played.error != 0 : played.error == call.error;
  const bool holds = !played.timed_out && right && (!demand || demand->met);
  if (holds && !call.claims) return {};

  const std::string title = language::describe(context.step.action);
  const std::string expected = fmt::format("{} expected {}", call.name,
                                           demand ? demand->expected : outcome_name(call.error));
  const std::string seen = what_happened(context, demand.has_value());
  constexpr Witness witness = Witness::socket;
  return {holds ? passed(title, witness, expected, seen) : failed(title, witness, expected, seen)};
}

}  // namespace lab::check
