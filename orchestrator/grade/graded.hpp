// SPDX-License-Identifier: MIT
//
// The result of one graded submission, as plain data: what every output is made from, and what
// is stored (docs/grading.md).
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "grade/points.hpp"

namespace lab {
class JsonPlace;
}

namespace lab::grade {

// One failed check of a run, in whole sentences.
struct Finding {
  std::string run;             // "echo ipv4"
  std::string step;            // "step 4: connect cli to server:8888"; empty: none
  std::string expected, seen;  // expected may be empty
  std::string cause;           // why a connect failed; empty: unknown
  std::string printed;         // what the programs of the run wrote: its end; empty: nothing
  bool operator==(const Finding&) const = default;
};

// The members of a Finding.
struct FindingField {
  const char* name;        // in JSON and in the page's template
  std::string_view label;  // before its text; empty: it says where
  std::string Finding::*text;
};
inline constexpr std::array<FindingField, 6> finding_fields{{
    {"run", "", &Finding::run},
    {"step", "", &Finding::step},
    {"expected", "expected: ", &Finding::expected},
    {"seen", "seen: ", &Finding::seen},
    {"cause", "why: ", &Finding::cause},
    {"printed", "the programs wrote: ", &Finding::printed},
}};
// "echo ipv4, step 4: connect cli to server:8888"
std::string place_of(const Finding& finding);

struct PartResult {
  std::string step;
  Points points, earned;
  bool operator==(const PartResult&) const = default;
};

struct CheckResult {
  enum class Verdict {
    passed,
    partly,        // some of its parts
    failed,        // a run showed something else
    not_run,       // a file or an answer is missing or unsuitable
    no_result,     // a run was killed, crashed, or sent no report
    not_observed,  // no witness saw it
  };
  std::string name, title;
  bool hidden = false;
  std::string hint;
  Points points, earned;
  Verdict verdict = Verdict::no_result;
  std::string why;  // not_run, no_result, not_observed: in words
  std::vector<PartResult> parts;
  std::vector<Finding> findings;
  bool operator==(const CheckResult&) const = default;
};

std::string_view to_string(CheckResult::Verdict verdict);  // "passed", "not run", …

struct Graded {
  std::string assignment, title, student;
  std::string rubric;              // the assignment's fingerprint
  std::string fingerprint;         // of assignment, submission and program: the result is theirs
  std::vector<std::string> notes;  // about the submission's files
  std::vector<CheckResult> checks;
  // Why it could not be graded; empty: it was. Otherwise nothing is known about the submission:
  // there are no checks, and nothing is stored.
  std::string not_graded;
  bool operator==(const Graded&) const = default;

  Points points() const;
  Points earned() const;
};

// CheckResult::why for the student. Of a hidden check only what is wrong with the submission's
// files: the rest names its scenario.
std::string why_for_student(const CheckResult& check);

// What a student may see of a check: findings of a public one, the hint of a hidden one, and in
// either case why_for_student(). Lines, each ended by a newline; escaped.
std::string feedback(const CheckResult& check);

void to_json(nlohmann::json& into, const Graded& graded);
// Of one that was graded. Throws UsageError that names the place.
Graded graded_from(const JsonPlace& from);

}  // namespace lab::grade
