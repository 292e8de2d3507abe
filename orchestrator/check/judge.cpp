// SPDX-License-Identifier: MIT
#include "check/judge.hpp"

#include "check/parts.hpp"

namespace lab::check {

Check passed(std::string title, std::string_view witness, std::string expected, std::string seen) {
  return {Outcome::pass, std::move(title), std::string(witness), std::move(expected),
          std::move(seen)};
}

Check failed(std::string title, std::string_view witness, std::string expected, std::string seen) {
  return {Outcome::fail, std::move(title), std::string(witness), std::move(expected),
          std::move(seen)};
}

Check not_observed(std::string title, std::string_view witness, std::string expected,
                   std::string why) {
  return {Outcome::not_observed, std::move(title), std::string(witness), std::move(expected),
          std::move(why)};
}

std::vector<Check> judge(const scenario::Scenario& scenario, const scenario::Step& step,
                         const StepRecord& record, const Timeline& timeline) {
  const Context context{scenario, step, record, timeline};
  if (const auto* tables = std::get_if<scenario::Tables>(&step.action))
    return judge_tables(context, *tables);
  if (const auto* lookup = std::get_if<scenario::Lookup>(&step.action))
    return judge_lookup(context, *lookup);
  if (const auto* packets = std::get_if<scenario::Packets>(&step.action))
    return judge_packets(context, *packets);
  if (std::holds_alternative<scenario::NoRetransmission>(step.action))
    return judge_no_retransmission(context);
  return judge_call(context);
}

}  // namespace lab::check
