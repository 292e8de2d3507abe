// SPDX-License-Identifier: MIT
#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "check/same_paths.hpp"

namespace lab::report {
namespace {

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

// " (module: why; packets: why)"
std::string in_brackets(const std::map<std::string, std::size_t>& reasons) {
  std::string text;
  for (const auto& [reason, count] : reasons) text += (text.empty() ? "" : "; ") + reason;
  return text.empty() ? "" : " (" + text + ")";
}

// ", 2 steps skipped (why)"; empty: none was.
std::string skipped_steps(const Summary& summary) {
  if (summary.checks.skipped == 0) return "";
  return fmt::format(", {} skipped{}", plural(summary.checks.skipped, "step"),
                     in_brackets(summary.skipped));
}

nlohmann::json from_runs(const Summary::Runs& runs) {
  return {{"runs", runs.total},
          {"pass", runs.passed},
          {"fail", runs.failed},
          {"not_observed", runs.not_observed}};
}

}  // namespace

Outcome verdict(const Timeline& timeline) {
  const Tally sum = tally(timeline);
  if (sum.fail > 0 || !timeline.aborted.empty()) return Outcome::fail;
  return sum.pass == 0 && sum.not_observed > 0 ? Outcome::not_observed : Outcome::pass;
}

void Summary::add(const Timeline& timeline) {
  scenario = timeline.scenario;
  Runs& runs = families[timeline.family];
  ++runs.total;
  switch (lab::report::verdict(timeline)) {
    case Outcome::pass:
      ++runs.passed;
      break;
    case Outcome::fail:
      ++runs.failed;
      break;
    case Outcome::not_observed:
      ++runs.not_observed;
      break;
  }
  compare_paths(timeline);
  const Tally sum = tally(timeline);
  checks.pass += sum.pass;
  checks.fail += sum.fail;
  checks.not_observed += sum.not_observed;
  checks.skipped += sum.skipped;
  for (const StepRecord& step : timeline.steps)
    if (!step.skipped.empty()) ++skipped[step.skipped];
  for (const StepRecord& step : timeline.steps)
    for (const Check& check : step.checks)
      if (check.outcome == Outcome::not_observed) ++not_observed[why_not_observed(check)];
}

void Summary::compare_paths(const Timeline& timeline) {
  if (timeline.trace_lost > 0) return;
  const std::string words = check::paths_in_words(timeline);
  if (words.empty()) return;
  Paths& known = paths[timeline.family];
  if (known.same == 0) known.first = words;
  if (words == known.first) {
    ++known.same;
  } else if (known.other++ == 0) {
    known.difference = fmt::format("run {}, {}", families[timeline.family].total,
                                   check::first_difference(known.first, words));
  }
}

Summary::Runs Summary::runs() const {
  Runs sum;
  for (const auto& [family, runs] : families) {
    sum.total += runs.total;
    sum.passed += runs.passed;
    sum.failed += runs.failed;
    sum.not_observed += runs.not_observed;
  }
  return sum;
}

Outcome Summary::verdict() const {
  const Runs sum = runs();
  if (sum.failed > 0) return Outcome::fail;
  return sum.passed == 0 && sum.not_observed > 0 ? Outcome::not_observed : Outcome::pass;
}

std::string_view family_name(Family family) { return family == Family::inet ? "ipv4" : "ipv6"; }

std::string why_not_observed(const Check& check) {
  // Where two witnesses are compared the reason names the one that is missing.
  const std::size_t colon = check.seen.find(": ");
  const bool named = colon != std::string::npos &&
                     check.witness.find(check.seen.substr(0, colon)) != std::string::npos;
  return named ? check.seen : fmt::format("{}: {}", check.witness, check.seen);
}

std::string closing_line(const Timeline& timeline) {
  Summary alone;
  alone.add(timeline);
  const Outcome outcome = verdict(timeline);
  std::string line = fmt::format("{} {}: {}, {} passed, {} failed, {} not observed{}",
                                 timeline.scenario, family_name(timeline.family),
                                 outcome == Outcome::pass   ? "PASS"
                                 : outcome == Outcome::fail ? "FAIL"
                                                            : "NOT OBSERVED",
                                 plural(alone.checks.pass, "check"), alone.checks.fail,
                                 alone.checks.not_observed, in_brackets(alone.not_observed));
  line += skipped_steps(alone);
  // A run also ends at a check that failed; the report has told of that one.
  if (!timeline.aborted.empty() && alone.checks.fail == 0)
    line += fmt::format("; ended early: {}", timeline.aborted);
  return line;
}

std::string closing_line(const Summary& summary) {
  const Summary::Runs sum = summary.runs();
  std::vector<std::string> parts;
  for (const auto& [family, runs] : summary.families)
    parts.push_back(runs.passed == runs.total
                        ? fmt::format("{} {}", family_name(family), runs.total)
                        : fmt::format("{} {} of {}", family_name(family), runs.passed, runs.total));
  std::string line = fmt::format("{}: {} of {} passed ({})", summary.scenario, sum.passed,
                                 plural(sum.total, "run"), fmt::join(parts, ", "));
  if (summary.checks.not_observed > 0)
    line += fmt::format(", {} not observed{}", plural(summary.checks.not_observed, "check"),
                        in_brackets(summary.not_observed));
  return line + skipped_steps(summary);
}

std::string paths_line(const Summary& summary) {
  std::size_t most = 0;
  std::vector<std::string> same, others;
  for (const auto& [family, paths] : summary.paths) {
    most = std::max(most, paths.same);
    same.push_back(fmt::format("{} {}", family_name(family), paths.same));
    if (paths.other > 0)
      others.push_back(fmt::format("{}: {} of {} runs took other paths than the first ({})",
                                   family_name(family), paths.other, paths.same + paths.other,
                                   paths.difference));
  }
  if (!others.empty()) return fmt::format("{}", fmt::join(others, "; "));
  if (most <= 1) return {};
  return fmt::format("Each segment took the same path in every run ({}).", fmt::join(same, ", "));
}

void to_json(nlohmann::json& into, const Summary& summary) {
  into = from_runs(summary.runs());
  into["scenario"] = summary.scenario;
  into["families"] = nlohmann::json::object();
  for (const auto& [family, runs] : summary.families)
    into["families"][std::string(family_name(family))] = from_runs(runs);
  into["checks"] = {{"pass", summary.checks.pass},
                    {"fail", summary.checks.fail},
                    {"not_observed", summary.checks.not_observed}};
  into["not_observed_because"] = summary.not_observed;
  into["skipped_steps"] = summary.checks.skipped;
  into["skipped_because"] = summary.skipped;
  into["paths"] = nlohmann::json::object();
  for (const auto& [family, paths] : summary.paths)
    into["paths"][std::string(family_name(family))] = {
        {"same", paths.same}, {"other", paths.other}, {"difference", paths.difference}};
}

}  // namespace lab::report
