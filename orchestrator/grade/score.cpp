// SPDX-License-Identifier: MIT
#include "grade/score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "util/text.hpp"

namespace lab::grade {
namespace {

using report::PlayResult;
using report::Run;
using Verdict = CheckResult::Verdict;

constexpr std::size_t most_findings = 10, most_printed = 500;  // of a check; bytes

const Run* run_of(const play::Play& play, const std::vector<Run>& runs) {
  const std::string label = report::label(play::named(play));
  const auto found = std::ranges::find_if(
      runs, [&](const Run& run) { return report::label(run.result) == label; });
  return found == runs.end() ? nullptr : &*found;
}

bool has(const StepRecord& step, Outcome outcome) {
  return std::ranges::any_of(step.checks,
                             [&](const Check& check) { return check.outcome == outcome; });
}

// The step was reached, a witness saw what was expected, and none saw anything else. A kernel
// may lack one of two witnesses.
bool has_passed(const StepRecord& step) {
  return has(step, Outcome::pass) && !has(step, Outcome::fail);
}

// No witness saw it.
bool is_unseen(const StepRecord& step) {
  return has(step, Outcome::not_observed) && !has(step, Outcome::pass);
}

bool has_passed(const Run* run, const Part& part) {
  if (!run || run->result.ending != PlayResult::Ending::played) return false;
  const auto step = std::ranges::find(run->timeline.steps, part.step, &StepRecord::note);
  return step != run->timeline.steps.end() && has_passed(*step);
}

std::string printed_in(const Timeline& timeline) {
  std::string all;
  for (const ProgramRecord& program : timeline.programs) all += program.output;
  if (all.size() > most_printed) all = "…" + all.substr(all.size() - most_printed);
  return all.empty() ? "" : in_quotes(all, 2 * most_printed);
}

// Buckets depend on a random number of the kernel, and process numbers on what ran before; a
// result is the same each time.
std::string without_chance(const std::string& text) {
  static const std::regex chance(", [0-9]+ walked in bucket [0-9]+| \\(pid [0-9]+, fd [0-9]+\\)");
  return std::regex_replace(text, chance, "");
}

std::vector<Finding> findings_of(const Run& run) {
  std::vector<Finding> findings;
  for (const StepRecord& step : run.timeline.steps)
    for (const Check& check : step.checks)
      if (check.outcome == Outcome::fail)
        findings.push_back({report::label(run.result),
                            fmt::format("step {}: {}", step.index + 1, step.text), check.expected,
                            without_chance(check.seen), without_chance(check.cause), ""});
  // Two witnesses may have seen the same.
  findings.erase(std::unique(findings.begin(), findings.end()), findings.end());
  if (findings.empty())
    findings.push_back({report::label(run.result), "", "", run.timeline.aborted, "", ""});
  findings.back().printed = printed_in(run.timeline);
  return findings;
}

// A run that is not a pass, in words.
std::string why_no_result(const play::Play& play, const Run* run, const std::string& lost) {
  const std::string label = report::label(play::named(play));
  if (!lost.empty()) return fmt::format("{}: no report: {}", label, lost);
  if (!run) return fmt::format("{}: no report of this run", label);
  return fmt::format("{}: {}", label, run->result.why);
}

// Finds the points of one check. The verdict is the worst of its runs': a failed run says more
// about the submission than one that has no result.
class Scoring {
 public:
  Scoring(const RubricCheck& rubric, const Evidence& evidence) : evidence_(evidence) {
    result_.name = rubric.name;
    result_.title = rubric.title;
    result_.hidden = rubric.hidden;
    result_.hint = rubric.hint;
    result_.points = rubric.points;
    for (const Part& part : rubric.parts) result_.parts.push_back({part.step, part.points, {}});
  }

  CheckResult not_run(const std::string& why) {
    result_.verdict = Verdict::not_run;
    result_.why = why;
    return result_;
  }

  CheckResult score_command(const Command& command) {
    if (!evidence_.not_run.empty()) return not_run(evidence_.not_run);
    if (!evidence_.command || !evidence_.command->lost.empty()) {
      worsen(Verdict::no_result, evidence_.command ? evidence_.command->lost : "it was not run");
      return result_;
    }
    const CommandEnd& end = *evidence_.command;
    Finding finding{result_.name, "", "", "", "", end.wrote};
    if (!end.complaint.empty()) {
      finding.seen = end.complaint;
    } else if (end.status != command.status) {
      finding.expected = fmt::format("exit status {}", command.status);
      finding.seen = fmt::format("exit status {}", end.status);
    } else if (end.refused) {
      finding.seen = *end.refused;
    } else {
      result_.verdict = Verdict::passed;
      result_.earned = result_.points;
      return result_;
    }
    worsen(Verdict::failed, "");
    result_.findings.push_back(std::move(finding));
    return result_;
  }

  CheckResult score(const RubricCheck& rubric, const std::vector<Run>& runs,
                    const std::string& lost) {
    if (!evidence_.not_run.empty() || evidence_.plays.empty()) return not_run(evidence_.not_run);
    bool all_passed = true;
    std::vector<const Run*> found;
    for (const play::Play& play : evidence_.plays) {
      const Run* run = lost.empty() ? run_of(play, runs) : nullptr;
      all_passed &= take(play, run, lost);
      found.push_back(run);
    }
    for (std::size_t index = 0; index < rubric.parts.size(); ++index)
      if (std::ranges::all_of(found,
                              [&](const Run* run) { return has_passed(run, rubric.parts[index]); }))
        result_.parts[index].earned = rubric.parts[index].points;
    if (all_passed) {
      result_.verdict = Verdict::passed;
      if (rubric.parts.empty()) result_.earned = rubric.points;
    }
    for (const PartResult& part : result_.parts) result_.earned += part.earned;
    if (all_passed && result_.earned < result_.points) {
      result_.verdict = Verdict::failed;
      result_.why = "a step that has points was not played";
    }
    if (result_.verdict != Verdict::passed && result_.earned.hundredths > 0)
      result_.verdict = Verdict::partly;
    if (result_.findings.size() > most_findings) result_.findings.resize(most_findings);
    return result_;
  }

 private:
  // Whether the run passed; else the verdict and why. The worst verdict is kept.
  bool take(const play::Play& play, const Run* run, const std::string& lost) {
    if (!run || run->result.ending != PlayResult::Ending::played) {
      worsen(Verdict::no_result, why_no_result(play, run, lost));
      return false;
    }
    const Tally checks = tally(run->timeline);
    const auto unseen = std::ranges::count_if(run->timeline.steps, is_unseen);
    const std::string label = report::label(run->result);
    if (verdict_of(run->timeline) == Outcome::fail) {
      worsen(Verdict::failed, "");
      for (Finding& finding : findings_of(*run)) result_.findings.push_back(std::move(finding));
    } else if (unseen > 0 || checks.pass == 0) {
      // A program can make a witness miss something, by a flood of packets for example.
      worsen(Verdict::not_observed,
             fmt::format("{}: {} not observed", label, plural(checks.not_observed, "check")));
    } else if (run->result.outcome != Outcome::pass) {
      worsen(Verdict::no_result, fmt::format("{}: its report contradicts itself", label));
    } else {
      return true;
    }
    return false;
  }

  void worsen(Verdict verdict, const std::string& why) {
    if (!begun_ || verdict == Verdict::failed) result_.verdict = verdict;
    begun_ = true;
    if (!why.empty()) result_.why += (result_.why.empty() ? "" : "; ") + why;
  }

  const Evidence& evidence_;
  CheckResult result_;
  bool begun_ = false;
};

}  // namespace

std::vector<CheckResult> score(const Assignment& assignment, const std::vector<Evidence>& evidence,
                               const std::vector<Run>& runs, const std::string& lost) {
  std::vector<CheckResult> results;
  for (std::size_t index = 0; index < assignment.checks.size(); ++index) {
    const RubricCheck& check = assignment.checks[index];
    Scoring scoring(check, evidence.at(index));
    const auto needed = std::ranges::find(results, check.needs, &CheckResult::name);
    if (needed != results.end() && needed->verdict != Verdict::passed)
      results.push_back(scoring.not_run(fmt::format("check {} has not passed", check.needs)));
    else if (check.command)
      results.push_back(scoring.score_command(*check.command));
    else
      results.push_back(scoring.score(check, runs, lost));
  }
  return results;
}

}  // namespace lab::grade
