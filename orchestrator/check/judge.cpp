// SPDX-License-Identifier: MIT
#include "check/judge.hpp"

#include <fmt/format.h>

#include "check/parts.hpp"

namespace lab::check {

Check passed(std::string title, Witnesses witnesses, std::string expected, std::string seen) {
  return {Outcome::pass, std::move(title), std::move(witnesses), std::move(expected),
          std::move(seen)};
}

Check failed(std::string title, Witnesses witnesses, std::string expected, std::string seen) {
  return {Outcome::fail, std::move(title), std::move(witnesses), std::move(expected),
          std::move(seen)};
}

Check not_observed(std::string title, Witnesses witnesses, std::string expected, std::string why) {
  return {Outcome::not_observed, std::move(title), std::move(witnesses), std::move(expected),
          std::move(why)};
}

namespace {

template <typename Step>
std::vector<Check> judge_one(const Context& context, const Step& step) {
  if constexpr (scenario::judging_of<Step> == scenario::Judging::by_errno)
    return judge_call(context);
  else
    return judge_step(context, step);
}

}  // namespace

bool waits(const scenario::Action& action) {
  return std::visit(
      []<typename Step>(const Step&) {
        return scenario::judging_of<Step> == scenario::Judging::until_it_holds;
      },
      action);
}

std::vector<Check> judge(const scenario::Scenario& scenario, const scenario::Step& step,
                         const StepRecord& record, const Timeline& timeline) {
  const Context context{scenario, step, record, timeline};
  auto checks =
      std::visit([&](const auto& action) { return judge_one(context, action); }, step.action);
  if (!record.played.timed_out || !waits(step.action)) return checks;
  for (Check& check : checks)
    if (check.outcome == Outcome::fail)
      check.seen +=
          fmt::format("; still so at the deadline, after {} ms", scenario.deadline.count());
  return checks;
}

}  // namespace lab::check
