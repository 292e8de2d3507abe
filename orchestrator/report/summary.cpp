// SPDX-License-Identifier: MIT
#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "check/same_paths.hpp"
#include "report/stored_result.hpp"
#include "util/text.hpp"

namespace lab::report {
namespace {

PlaySummary& play_of(std::vector<PlaySummary>& plays, const PlayResult& result) {
  const auto known = std::find_if(plays.begin(), plays.end(), [&](const PlaySummary& play) {
    return play.family == result.family && play.variant == result.variant &&
           play.file == result.file && play.scenario == result.scenario;
  });
  if (known != plays.end()) return *known;
  PlaySummary& fresh = plays.emplace_back();
  fresh.scenario = result.scenario;
  fresh.file = result.file;
  fresh.variant = result.variant;
  fresh.family = result.family;
  return fresh;
}

void compare_paths(PlaySummary& play, const std::string& words) {
  if (words.empty()) return;
  PathCounts& known = play.paths;
  if (known.same == 0) known.first = words;
  if (words == known.first)
    ++known.same;
  else if (known.other++ == 0)
    known.difference =
        fmt::format("run {}, {}", play.runs.total, check::first_difference(known.first, words));
}

// ", 2 steps skipped (why)"; empty: none was.
std::string words_for_skipped(std::size_t steps, const std::map<std::string, std::size_t>& why) {
  return steps == 0 ? "" : fmt::format(", {} skipped{}", plural(steps, "step"), in_brackets(why));
}

void add_label(std::map<std::string, std::vector<std::string>>& into, const PlayResult& result) {
  std::vector<std::string>& labels = into[result.why];
  const std::string name = label(result);
  if (std::ranges::find(labels, name) == labels.end()) labels.push_back(name);
}

// Distinguishes plays: "ipv4", "outside ipv4". In a summary of several scenarios, the scenario's
// name comes first.
std::string key_of(const Summary& summary, const PlaySummary& play) {
  std::string key = summary.scenarios > 1 ? play.scenario + " " : "";
  if (!play.variant.empty()) key += play.variant + " ";
  return key.append(family_name(play.family));
}

std::map<Family, Runs> by_family(const Summary& summary) {
  std::map<Family, Runs> families;
  for (const PlaySummary& play : summary.plays) families[play.family].add(play.runs);
  return families;
}

}  // namespace

void Runs::add(Outcome outcome) {
  ++total;
  passed += outcome == Outcome::pass;
  failed += outcome == Outcome::fail;
  not_observed += outcome == Outcome::not_observed;
}

void Runs::add(const Runs& others) {
  total += others.total;
  passed += others.passed;
  failed += others.failed;
  not_observed += others.not_observed;
}

Outcome Runs::verdict() const {
  if (failed > 0) return Outcome::fail;
  return passed == 0 && not_observed > 0 ? Outcome::not_observed : Outcome::pass;
}

void Summary::add(const PlayResult& result) {
  if (result.ending == PlayResult::Ending::skipped) return add_label(skipped, result);
  if (result.ending == PlayResult::Ending::unplayable) return add_label(unplayable, result);
  PlaySummary& play = play_of(plays, result);
  play.runs.add(result.outcome);
  compare_paths(play, result.paths);
  if (result.outcome == Outcome::fail && !play.failed) {
    play.failed = result;
    play.failed_run = play.runs.total;
  }
  if (result.took >= play.took) {
    play.took = result.took;
    play.slowest = result.slowest;
    play.slowest_took = result.slowest_took;
  }
  checks.pass += result.checks.pass;
  checks.fail += result.checks.fail;
  checks.not_observed += result.checks.not_observed;
  checks.skipped += result.checks.skipped;
  for (const auto& [why, count] : result.skipped_steps) skipped_steps[why] += count;
  for (const auto& [why, count] : result.not_observed) not_observed[why] += count;
}

Runs Summary::runs() const {
  Runs sum;
  for (const PlaySummary& play : plays) sum.add(play.runs);
  return sum;
}

Outcome Summary::verdict() const { return runs().verdict(); }

std::string in_brackets(const std::map<std::string, std::size_t>& reasons) {
  std::string text;
  for (const auto& [reason, count] : reasons) text += (text.empty() ? "" : "; ") + reason;
  return text.empty() ? "" : " (" + text + ")";
}

std::string closing_line(const Timeline& timeline) {
  const PlayResult result = result_of(timeline);
  std::string line = fmt::format("{}: {}, {} passed, {} failed, {} not observed{}", label(result),
                                 result.outcome == Outcome::pass   ? "PASS"
                                 : result.outcome == Outcome::fail ? "FAIL"
                                                                   : "NOT OBSERVED",
                                 plural(result.checks.pass, "check"), result.checks.fail,
                                 result.checks.not_observed, in_brackets(result.not_observed));
  line += words_for_skipped(result.checks.skipped, result.skipped_steps);
  // If the run ended at a failed check, the report has shown it.
  if (!timeline.aborted.empty() && result.checks.fail == 0)
    line += fmt::format("; ended early: {}", timeline.aborted);
  if (!timeline.missed.empty()) line += fmt::format("; not played to the end: {}", timeline.missed);
  return line;
}

std::string closing_line(const Summary& summary) {
  const Runs sum = summary.runs();
  std::vector<std::string> parts;
  for (const auto& [family, runs] : by_family(summary))
    parts.push_back(runs.passed == runs.total
                        ? fmt::format("{} {}", family_name(family), runs.total)
                        : fmt::format("{} {} of {}", family_name(family), runs.passed, runs.total));
  std::string line = fmt::format("{}: {} of {} passed ({})", summary.plays.front().scenario,
                                 sum.passed, plural(sum.total, "run"), fmt::join(parts, ", "));
  if (summary.checks.not_observed > 0)
    line += fmt::format(", {} not observed{}", plural(summary.checks.not_observed, "check"),
                        in_brackets(summary.not_observed));
  return line + words_for_skipped(summary.checks.skipped, summary.skipped_steps);
}

std::string paths_line(const Summary& summary) {
  std::size_t most = 0;
  std::vector<std::string> same, others;
  for (const PlaySummary& play : summary.plays) {
    const PathCounts& paths = play.paths;
    if (paths.same == 0) continue;  // none was traced
    const std::string key = key_of(summary, play);
    most = std::max(most, paths.same);
    same.push_back(fmt::format("{} {}", key, paths.same));
    if (paths.other > 0)
      others.push_back(fmt::format("{}: {} of {} runs took other paths than the first ({})", key,
                                   paths.other, paths.same + paths.other, paths.difference));
  }
  if (!others.empty()) return fmt::format("{}", fmt::join(others, "; "));
  if (most <= 1) return {};
  if (summary.scenarios > 1) return "Every segment took the same path in all runs of its play.";
  return fmt::format("Each segment took the same path in every run ({}).", fmt::join(same, ", "));
}

void to_json(nlohmann::json& into, const Summary& summary) {
  into = Format<Summary>::write(summary);
}

}  // namespace lab::report
