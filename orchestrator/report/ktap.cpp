// SPDX-License-Identifier: MIT
//
// KTAP version 1, the kernel's test format (Documentation/dev-tools/ktap.rst): one test per
// scenario, with nested tests for its runs and their steps. Diagnostic lines precede the result
// that they are about.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "draw/page.hpp"
#include "report/many.hpp"
#include "report/reporter.hpp"
#include "report/suites.hpp"
#include "sequence/step_result.hpp"
#include "stored/stored.hpp"
#include "util/printable.hpp"
#include "util/text.hpp"

namespace lab::report {
namespace {

using draw::duration;
using sequence::outcome_of;

// One level deeper: ktap.rst, "Nested tests".
constexpr std::string_view indentation = "  ";

std::string indented(std::string_view text) {
  std::string result;
  for (const std::string_view line : lines(text))
    result += fmt::format("{}{}\n", indentation, line);
  return result;
}

// Escapes line ends and "#", which would end a test's name.
std::string in_a_name(std::string_view text) {
  std::string result;
  for (const char letter : printable(text)) {
    if (letter == '#')
      result += "\\x23";
    else if (letter == '\n')
      result += "\\n";
    else
      result += letter;
  }
  return result;
}

std::string diagnostic(std::string_view label, std::string_view text) {
  std::string result;
  const std::string shown = printable(text);
  for (const std::string_view line : lines(shown)) result += fmt::format("# {}: {}\n", label, line);
  return result;
}

// One test with its nested tests, without its number.
struct Test {
  std::string name;
  bool ok = true;
  std::string skipped;  // the reason; empty: not skipped
  std::string error;    // why it could not run; empty: it ran
  std::string about;    // diagnostic lines
  std::string below;    // a nested document; empty: none
};

std::string numbered(const Test& test, std::size_t number) {
  std::string line =
      fmt::format("{} {} {}", test.ok ? "ok" : "not ok", number, in_a_name(test.name));
  if (!test.skipped.empty()) line += fmt::format(" # SKIP {}", in_a_name(test.skipped));
  if (!test.error.empty()) line += fmt::format(" # ERROR {}", in_a_name(test.error));
  return indented(test.below) + test.about + line + "\n";
}

// `of` is the parent test, announced like KUnit does, so that a reader knows its name before its
// result.
std::string document_of(const std::vector<Test>& tests, std::string_view of = {}) {
  std::string text = "KTAP version 1\n";
  if (!of.empty()) text += fmt::format("# Subtest: {}\n", in_a_name(of));
  text += fmt::format("1..{}\n", tests.size());
  for (std::size_t i = 0; i < tests.size(); ++i) text += numbered(tests[i], i + 1);
  return text;
}

std::string about_check(const Timeline& timeline, const StepRecord& step, const Check& check) {
  return diagnostic("check", check.title) + diagnostic("expected", check.expected) +
         diagnostic("seen", fmt::format("{} ({})", check.seen, check.witnesses.str())) +
         (check.cause.empty() ? "" : diagnostic("cause", check.cause)) +
         diagnostic("at", fmt::format("{}:{}", timeline.file, step.line));
}

Test step_test(const Timeline& timeline, const StepRecord& step) {
  Test test;
  test.name = fmt::format("step {}: {}", step.index + 1, step.text);
  test.skipped = step.skipped;
  std::string why_not;
  std::size_t made = 0;
  for (const Check& check : step.checks) {
    if (check.outcome == Outcome::fail) test.about += about_check(timeline, step, check);
    if (check.outcome == Outcome::not_observed) why_not = why_not_observed(check);
    made += check.outcome != Outcome::not_observed;
  }
  test.ok = outcome_of(step) != Outcome::fail;
  if (!why_not.empty() && made == 0)
    test.skipped = "not observed: " + why_not;
  else if (!why_not.empty())
    test.about += diagnostic("not observed", why_not);
  return test;
}

std::vector<Test> step_tests(const Timeline& timeline) {
  std::vector<Test> tests;
  for (const StepRecord& step : timeline.steps) tests.push_back(step_test(timeline, step));
  // If no check failed, it ended between two steps.
  if (!timeline.aborted.empty() && tally(timeline).fail == 0)
    tests.push_back({"the run finishes", false, "", timeline.aborted, "", ""});
  return tests;
}

// For a run that died or could not run.
std::string about_failure(const PlayResult& result) {
  if (!result.failure) return {};
  const Failure& failure = *result.failure;
  std::string text;
  if (failure.step.number > 0)
    text += diagnostic(fmt::format("step {}", failure.step.number), failure.step.text);
  text += diagnostic("expected", failure.expected) + diagnostic("seen", failure.seen);
  return text + diagnostic("at", failure.step.line > 0
                                     ? fmt::format("{}:{}", result.file, failure.step.line)
                                     : result.file);
}

Test play_test(const std::string& name, const PlayResult& result, std::string_view timeline) {
  Test test;
  test.name = name;
  switch (result.ending) {
    case PlayResult::Ending::skipped:
      test.skipped = result.why;
      return test;
    case PlayResult::Ending::unplayable:
      test.ok = false;
      test.error = result.why;
      return test;
    case PlayResult::Ending::died:
      test.ok = false;
      test.error = result.why;
      test.about = about_failure(result);
      return test;
    case PlayResult::Ending::played:
      break;
  }
  test.below = document_of(step_tests(nlohmann::json::parse(timeline).get<Timeline>()), name);
  test.about = diagnostic("took", duration(result.took));
  test.ok = result.outcome != Outcome::fail;
  if (result.outcome == Outcome::not_observed)
    test.skipped = "not observed" + in_brackets(result.not_observed);
  return test;
}

Test scenario_test(const Suite<Test>& suite) {
  Test test;
  test.name = suite.scenario;
  test.about = diagnostic("file", suite.file);
  test.below = document_of(suite.cases, suite.scenario);
  test.ok = std::ranges::all_of(suite.cases, &Test::ok);
  if (std::ranges::none_of(suite.cases, [](const Test& each) { return each.skipped.empty(); }))
    test.skipped = "none of its runs has an outcome";
  return test;
}

class KtapReporter : public Reporter {
 public:
  explicit KtapReporter(std::ostream& out) : out_(out) {}

  void reported(const PlayResult& result, std::string_view json) override {
    plays_.add(result, [&](const std::string& name) { return play_test(name, result, json); });
  }

  // All at once, because the plan comes first.
  void finish(const Summary& summary) override {
    std::vector<Test> tests;
    for (const Suite<Test>& suite : plays_.all()) tests.push_back(scenario_test(suite));
    if (summary.planned > 0)
      tests.push_back({"all planned runs", false, "", counts_line(summary), "", ""});
    out_ << document_of(tests) << std::flush;
  }

 private:
  std::ostream& out_;
  Suites<Test> plays_;
};

}  // namespace

std::unique_ptr<Reporter> make_ktap_reporter(std::ostream& out) {
  return std::make_unique<KtapReporter>(out);
}

}  // namespace lab::report
