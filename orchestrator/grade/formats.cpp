// SPDX-License-Identifier: MIT
#include "grade/formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <sstream>

#include "json/text.hpp"
#include "util/printable.hpp"

namespace lab::grade {
namespace {

using nlohmann::json;
using Verdict = CheckResult::Verdict;

// RFC 4180. A value that a spreadsheet would take for a formula gets a quote before it.
std::string csv_value(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    text.insert(0, "'");
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char letter : text) quoted += letter == '"' ? "\"\"" : std::string(1, letter);
  return quoted + "\"";
}

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(printable(value).c_str());
}

pugi::xml_node add_case(pugi::xml_node suite, const Graded& graded, const std::string& name) {
  pugi::xml_node test = suite.append_child("testcase");
  set(test, "classname", fmt::format("{}.{}", graded.assignment, graded.student));
  set(test, "name", name);
  return test;
}

void add_check(pugi::xml_node suite, const Graded& graded, const CheckResult& check) {
  pugi::xml_node test = add_case(suite, graded, check.name);
  if (check.verdict == Verdict::passed) return;
  const bool is_error = check.verdict == Verdict::no_result;
  pugi::xml_node failure = test.append_child(is_error ? "error" : "failure");
  set(failure, "message",
      fmt::format("{}: {} of {} points", check.title, to_string(check.earned),
                  to_string(check.points)));
  failure.append_child(pugi::node_pcdata).set_value(feedback(check).c_str());
}

std::string notes_of(const Graded& graded) {
  std::string text;
  for (const std::string& note : graded.notes) text += printable_line(note) + "\n";
  return text;
}

}  // namespace

std::string to_document(const Assignment& assignment, const std::vector<Graded>& graded) {
  const json document{{"schema", 1}, {"assignment", assignment.name}, {"submissions", graded}};
  return json_text(document, 2) + "\n";
}

std::string to_csv(const Assignment& assignment, const std::vector<Graded>& graded) {
  std::string text = "student,earned,points";
  for (const RubricCheck& check : assignment.checks) text += "," + csv_value(check.name);
  text += "\r\n";
  for (const Graded& each : graded) {
    const bool known = each.not_graded.empty();
    text += fmt::format("{},{},{}", csv_value(each.student), known ? to_string(each.earned()) : "",
                        to_string(assignment.points()));
    for (const CheckResult& check : each.checks) text += "," + to_string(check.earned);
    if (!known) text.append(assignment.checks.size(), ',');
    text += "\r\n";
  }
  return text;
}

std::string to_junit(const std::vector<Graded>& graded) {
  pugi::xml_document document;
  pugi::xml_node suites = document.append_child("testsuites");
  for (const Graded& each : graded) {
    pugi::xml_node suite = suites.append_child("testsuite");
    const auto count = [&](auto is) {
      return std::to_string(std::ranges::count_if(each.checks, is));
    };
    set(suite, "name", each.student);
    if (!each.not_graded.empty()) {
      set(suite, "tests", "1");
      set(suite, "errors", "1");
      set(add_case(suite, each, "grading").append_child("error"), "message",
          fmt::format("not graded: {}", each.not_graded));
      continue;
    }
    set(suite, "tests", std::to_string(each.checks.size()));
    set(suite, "errors",
        count([](const CheckResult& check) { return check.verdict == Verdict::no_result; }));
    set(suite, "failures", count([](const CheckResult& check) {
          return check.verdict != Verdict::no_result && check.verdict != Verdict::passed;
        }));
    for (const CheckResult& check : each.checks) add_check(suite, each, check);
    if (const std::string notes = notes_of(each); !notes.empty())
      suite.append_child("system-out").append_child(pugi::node_pcdata).set_value(notes.c_str());
  }
  std::ostringstream text;
  document.save(text, "  ");
  return text.str();
}

// https://gradescope-autograders.readthedocs.io/en/latest/specs/
std::string to_gradescope(const Graded& graded) {
  json tests = json::array();
  for (const CheckResult& check : graded.checks)
    tests.push_back({{"name", check.title},
                     {"score", check.earned.number()},
                     {"max_score", check.points.number()},
                     {"status", check.verdict == Verdict::passed ? "passed" : "failed"},
                     {"visibility", check.hidden && check.hint.empty() ? "hidden" : "visible"},
                     {"output_format", "text"},
                     {"output", feedback(check)}});
  const json document{{"score", graded.earned().number()}, {"output", notes_of(graded)},
                      {"output_format", "text"},           {"visibility", "visible"},
                      {"stdout_visibility", "hidden"},     {"tests", tests}};
  return json_text(document, 2) + "\n";
}

std::string to_autolab(const Graded& graded) {
  json scores = json::object();
  for (const CheckResult& check : graded.checks) scores[check.name] = check.earned.number();
  const json document{{"scores", scores}};
  return json_text(document) + "\n";
}

}  // namespace lab::grade
