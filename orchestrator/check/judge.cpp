// SPDX-License-Identifier: MIT
#include "check/judge.hpp"

#include <fmt/format.h>

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

namespace {

std::vector<Check> judge_action(const Context& context) {
  const scenario::Action& action = context.step.action;
  if (const auto* info = std::get_if<scenario::Info>(&action)) return judge_info(context, *info);
  if (const auto* tables = std::get_if<scenario::Tables>(&action))
    return judge_tables(context, *tables);
  if (const auto* observe = std::get_if<scenario::Observe>(&action))
    return judge_observe(context, *observe);
  if (const auto* lookup = std::get_if<scenario::Lookup>(&action))
    return judge_lookup(context, *lookup);
  if (const auto* packets = std::get_if<scenario::Packets>(&action))
    return judge_packets(context, *packets);
  if (const auto* path = std::get_if<scenario::Path>(&action)) return judge_path(context, *path);
  if (const auto* exec = std::get_if<scenario::Exec>(&action)) return judge_exec(context, *exec);
  if (const auto* await = std::get_if<scenario::Await>(&action))
    return judge_await(context, *await);
  if (const auto* stop = std::get_if<scenario::Stop>(&action)) return judge_stop(context, *stop);
  if (std::holds_alternative<scenario::NoRetransmission>(action))
    return judge_no_retransmission(context);
  return judge_call(context);
}

}  // namespace

bool waits(const scenario::Action& action) {
  return std::holds_alternative<scenario::Info>(action) ||
         std::holds_alternative<scenario::Tables>(action) ||
         std::holds_alternative<scenario::Observe>(action) ||
         std::holds_alternative<scenario::Packets>(action) ||
         std::holds_alternative<scenario::Path>(action);
}

std::vector<Check> judge(const scenario::Scenario& scenario, const scenario::Step& step,
                         const StepRecord& record, const Timeline& timeline) {
  auto checks = judge_action({scenario, step, record, timeline});
  if (record.played.timed_out && waits(step.action))
    for (Check& check : checks)
      if (check.outcome == Outcome::fail)
        check.seen += fmt::format("; so it was still at the deadline, after {} ms",
                                  scenario.deadline.count());
  return checks;
}

}  // namespace lab::check
