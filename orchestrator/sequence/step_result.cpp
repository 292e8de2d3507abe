// SPDX-License-Identifier: MIT
#include "sequence/step_result.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/error.hpp"

namespace lab::sequence {
namespace {

void add_witness(MergedCheck& merged, const Check& check) {
  std::string& names = check.outcome == Outcome::not_observed ? merged.blind : merged.saw;
  names += (names.empty() ? "" : ", ") + check.witnesses.str();
}

}  // namespace

std::string result_of(const StepRecord& step) {
  std::string result = step.played.observed;
  const std::string error = errno_name(step.played.error);
  if (step.played.error != 0 && result.find(error) == std::string::npos)
    result = result.empty() ? error : fmt::format("{}: {}", error, result);
  if (step.played.timed_out) result += result.empty() ? "timed out" : " (timed out)";
  return result;
}

Outcome outcome_of(const StepRecord& step) {
  Outcome worst = step.played.timed_out && step.checks.empty() ? Outcome::fail : Outcome::pass;
  for (const Check& check : step.checks) {
    if (check.outcome == Outcome::fail) return Outcome::fail;
    if (check.outcome == Outcome::not_observed) worst = Outcome::not_observed;
  }
  return worst;
}

std::vector<MergedCheck> merged_checks(const std::vector<Check>& checks) {
  std::vector<MergedCheck> result;
  for (const Check& check : checks) {
    auto same = std::find_if(result.begin(), result.end(), [&check](const MergedCheck& each) {
      return check.outcome != Outcome::fail && each.check->outcome != Outcome::fail &&
             each.check->title == check.title && !each.witnesses.contains(check.witnesses);
    });
    if (same == result.end()) same = result.insert(result.end(), {&check, "", ""});
    // One witness that saw it is enough, even if others could not observe.
    if (check.outcome == Outcome::pass) same->check = &check;
    add_witness(*same, check);
    same->witnesses.insert(check.witnesses);
  }
  return result;
}

}  // namespace lab::sequence
