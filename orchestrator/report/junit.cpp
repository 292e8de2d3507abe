// SPDX-License-Identifier: MIT
//
// JUnit XML for CI servers: one testsuite per scenario file, one testcase per run. There is no
// standard; this follows what Jenkins, GitLab and pytest share: failures and errors with a
// message and a text, times in seconds.
//
// A run that was not observed is skipped, because it has not passed. Single checks that were not
// observed are counted in the case's system-out and in the suite's properties.
#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <utility>

#include "json/bytes.hpp"
#include "report/failures.hpp"
#include "report/many.hpp"
#include "report/program_output.hpp"
#include "report/reporter.hpp"
#include "report/suites.hpp"
#include "stored/stored.hpp"
#include "util/printable.hpp"

namespace lab::report {
namespace {

struct Case {
  std::string name;
  PlayResult result;
  std::string printed;  // by the programs of a failed run
};

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  Tally checks;
  std::chrono::nanoseconds took{0};

  void add(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
    checks.pass += other.checks.pass;
    checks.fail += other.checks.fail;
    checks.not_observed += other.checks.not_observed;
    checks.skipped += other.checks.skipped;
    took += other.took;
  }
};

bool is_error(const PlayResult& result) {
  return result.ending == PlayResult::Ending::died ||
         result.ending == PlayResult::Ending::unplayable;
}

bool is_skipped(const PlayResult& result) {
  return result.ending == PlayResult::Ending::skipped ||
         (result.ending == PlayResult::Ending::played && result.outcome == Outcome::not_observed);
}

Counts counts_of(const PlayResult& result) {
  Counts counts{1, 0, is_error(result), is_skipped(result), result.checks, result.took};
  counts.failures = counts.errors == 0 && result.outcome == Outcome::fail;
  return counts;
}

Counts counts_of(const Suite<Case>& suite) {
  Counts sum;
  for (const Case& each : suite.cases) sum.add(counts_of(each.result));
  return sum;
}

// XML 1.0 cannot contain most control characters, and must be UTF-8.
std::string xml_text(std::string_view text) {
  const bool utf8 = is_utf8(text);
  std::string result;
  for (const char letter : text) {
    const auto byte = static_cast<std::uint8_t>(letter);
    const bool allowed = byte >= 0x20 || letter == '\n' || letter == '\t';
    result += allowed && (utf8 || byte < 0x80) ? std::string(1, letter) : "\xef\xbf\xbd";
  }
  return printable(result);
}

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(xml_text(value).c_str());
}

void set(pugi::xml_node node, const char* name, std::size_t value) {
  set(node, name, std::to_string(value));
}

void add_text(pugi::xml_node node, std::string_view text) {
  node.append_child(pugi::node_pcdata).set_value(xml_text(text).c_str());
}

void set_counts(pugi::xml_node node, const Counts& counts) {
  set(node, "tests", counts.tests);
  set(node, "failures", counts.failures);
  set(node, "errors", counts.errors);
  set(node, "skipped", counts.skipped);
  set(node, "time", fmt::format("{:.6f}", std::chrono::duration<double>(counts.took).count()));
}

void add_property(pugi::xml_node properties, const char* name, std::size_t value) {
  pugi::xml_node property = properties.append_child("property");
  set(property, "name", name);
  set(property, "value", value);
}

// What was expected, what was seen, and where: one line each.
std::string details(const PlayResult& result) {
  if (!result.failure) return result.why;
  const Failure& failure = *result.failure;
  std::string text;
  if (failure.step.number > 0)
    text += fmt::format("step {}: {}\n", failure.step.number, failure.step.text);
  if (!failure.title.empty()) text += fmt::format("check: {}\n", failure.title);
  text += fmt::format("expected: {}\nseen: {}\n", failure.expected, failure.seen);
  if (!failure.cause.empty()) text += fmt::format("cause: {}\n", failure.cause);
  if (!failure.witness.empty()) text += fmt::format("witness: {}\n", failure.witness);
  text += failure.step.line > 0 ? fmt::format("at: {}:{}\n", result.file, failure.step.line)
                                : fmt::format("at: {}\n", result.file);
  return text + fmt::format("alone: {}\n", command_for(result, result.flags));
}

// What the programs of a timeline printed. `timeline_json` may be empty.
std::string printed_in(std::string_view timeline_json) {
  if (timeline_json.empty()) return "";
  std::string text;
  for (const ProgramRecord& program : nlohmann::json::parse(timeline_json).get<Timeline>().programs)
    text += fmt::format("\n{}\n{}", title_of(program), last_output(program));
  return text;
}

// The line that a CI server displays.
std::string message_of(const PlayResult& result) {
  if (!result.failure) return result.why;
  const Failure& failure = *result.failure;
  return fmt::format("{}expected: {}; seen: {}{}",
                     failure.step.number > 0 ? fmt::format("step {}: ", failure.step.number) : "",
                     failure.expected, failure.seen,
                     failure.cause.empty() ? "" : fmt::format("; cause: {}", failure.cause));
}

void add_outcome(pugi::xml_node node, const PlayResult& result) {
  if (is_skipped(result)) {
    set(node.append_child("skipped"), "message",
        result.ending == PlayResult::Ending::skipped
            ? result.why
            : "not observed" + in_brackets(result.not_observed));
    return;
  }
  if (!is_error(result) && result.outcome != Outcome::fail) return;
  pugi::xml_node outcome = node.append_child(is_error(result) ? "error" : "failure");
  set(outcome, "message", message_of(result));
  set(outcome, "type", is_error(result) ? to_string(result.ending) : "check");
  add_text(outcome, details(result));
}

std::string counted(std::string_view what, const std::map<std::string, std::size_t>& reasons) {
  std::string text;
  for (const auto& [why, count] : reasons) text += fmt::format("{}: {} ({})\n", what, count, why);
  return text;
}

void add_case(pugi::xml_node suite, const Case& each) {
  const PlayResult& result = each.result;
  pugi::xml_node node = suite.append_child("testcase");
  set(node, "classname", result.scenario);
  set(node, "name", each.name);
  set(node, "file", result.file);
  set(node, "time", fmt::format("{:.6f}", std::chrono::duration<double>(result.took).count()));
  add_outcome(node, result);
  const std::string out = fmt::format("checks passed: {}\nchecks failed: {}\n", result.checks.pass,
                                      result.checks.fail) +
                          counted("checks not observed", result.not_observed) +
                          counted("steps skipped", result.skipped_steps);
  if (result.ending == PlayResult::Ending::played)
    add_text(node.append_child("system-out"), out + each.printed);
}

void add_suite(pugi::xml_node root, const Suite<Case>& suite) {
  const Counts counts = counts_of(suite);
  pugi::xml_node node = root.append_child("testsuite");
  set(node, "name", suite.scenario);
  set(node, "file", suite.file);
  set_counts(node, counts);
  pugi::xml_node properties = node.append_child("properties");
  add_property(properties, "checks-passed", counts.checks.pass);
  add_property(properties, "checks-failed", counts.checks.fail);
  add_property(properties, "checks-not-observed", counts.checks.not_observed);
  add_property(properties, "steps-skipped", counts.checks.skipped);
  for (const Case& each : suite.cases) add_case(node, each);
}

// The runs that are missing count as one test with an error.
constexpr Counts missing{1, 0, 1, 0, {}, {}};

void add_interruption(pugi::xml_node root, const Summary& summary) {
  pugi::xml_node node = root.append_child("testsuite");
  set(node, "name", "interrupted");
  set_counts(node, missing);
  pugi::xml_node test = node.append_child("testcase");
  set(test, "classname", "interrupted");
  set(test, "name", "all planned runs");
  set(test, "time", "0");
  pugi::xml_node error = test.append_child("error");
  set(error, "message", counts_line(summary));
  set(error, "type", "interrupted");
}

class JunitReporter : public Reporter {
 public:
  explicit JunitReporter(std::ostream& out) : out_(out) {}

  void reported(const PlayResult& result, std::string_view timeline_json) override {
    plays_.add(result, [&](const std::string& name) {
      return Case{name, result, result.outcome == Outcome::fail ? printed_in(timeline_json) : ""};
    });
  }

  void finish(const Summary& summary) override {
    pugi::xml_document document;
    pugi::xml_node root = document.append_child("testsuites");
    set(root, "name", "TCP Lookup Lab");
    Counts counts;
    for (const Suite<Case>& suite : plays_.all()) counts.add(counts_of(suite));
    if (summary.planned > 0) counts.add(missing);
    set_counts(root, counts);
    for (const Suite<Case>& suite : plays_.all()) add_suite(root, suite);
    if (summary.planned > 0) add_interruption(root, summary);
    document.save(out_, "  ", pugi::format_default, pugi::encoding_utf8);
    out_.flush();
  }

 private:
  std::ostream& out_;
  Suites<Case> plays_;
};

}  // namespace

std::unique_ptr<Reporter> make_junit_reporter(std::ostream& out) {
  return std::make_unique<JunitReporter>(out);
}

}  // namespace lab::report
