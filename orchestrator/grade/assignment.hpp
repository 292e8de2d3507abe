// SPDX-License-Identifier: MIT
//
// An assignment: a folder with rubric.yaml and the scenarios that judge a submission
// (docs/grading.md). This header represents a rubric as values; load() reads one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grade/points.hpp"
#include "play/play_list.hpp"
#include "predict/question.hpp"
#include "yaml/position.hpp"

namespace lab::grade {

// A file that a submission contains. No other file of a submission is opened.
struct ExpectedFile {
  enum class Kind {
    data,      // read by the submission's programs
    program,   // an ELF file for this kind of machine, or a script with "#!"
    answers,   // YAML: the names of questions and their answers
    scenario,  // runs no program as root
    module,    // a kernel module for this kind of machine
  };
  std::string path;  // in the submission
  Kind kind = Kind::data;
  bool optional = false;  // its absence is not mentioned
};

// A parameter whose value is drawn for each student: a number, or one of some texts.
struct Drawn {
  std::string name;
  std::int64_t from = 0, to = 0;  // if one_of is empty
  std::vector<std::string> one_of;
};

struct Limits {
  std::chrono::milliseconds time{20'000};  // of each run
  std::uint64_t size = 16 << 20;           // bytes of all files of a submission
};

// Points for the step with this note.
struct Part {
  std::string step;
  Points points;
};

// A text for a shell, run as root in a guest of its own: for what can reach a judge that is in its
// guest, such as a kernel module.
struct Command {
  std::string run;
  std::vector<std::string> files;  // of the assignment's folder; they are sent to the guest
  int status = 0;                  // with which it must end
  // A text for a shell on this machine, in the assignment's folder. It reads what the command
  // printed. Empty: the status alone decides.
  std::string judge;
};

// One scenario, or one command, and its points.
struct RubricCheck {
  std::string name, title;
  std::string scenario;            // its file, in the assignment's folder; empty: a command
  std::optional<Command> command;  // nothing: a scenario
  std::string needs;               // another check, without which this one has no points
  bool hidden = false;
  std::string hint;  // empty: none
  Points points;
  std::vector<Part> parts;  // if any, their points are the check's
};

struct Assignment {
  std::string folder;
  std::string name, title;
  std::vector<ExpectedFile> files;
  Limits limits;
  std::string seed;
  std::vector<Drawn> parameters;
  // Answered by a file of kind answers. An answer becomes the parameter of the question's name in
  // the scenarios that have it.
  std::vector<predict::Question> questions;
  std::vector<RubricCheck> checks;
  std::string fingerprint;  // of the rubric, the scenarios, and the assignment's programs

  Points points() const;
};

// Where a submission's files are in the guest: the value of the parameter `submission`.
inline constexpr std::string_view submission_folder = "/work/submission";
// Where the files of a command are, which are the assignment's.
inline constexpr std::string_view assignment_folder = "/work/assignment";
// The file of the submission that a word of a command names: "server" of
// "/work/submission/server", also inside of a longer word, such as a command for a shell. Empty:
// none.
std::string_view submitted_file(std::string_view word);

enum class Which {
  all_checks,
  public_checks,  // the others are ignored, and their scenarios need not exist
};

// Reads FOLDER/rubric.yaml and the scenarios that it names. Throws UsageError with file, line
// and what to write instead.
Assignment load(const std::string& folder, Which which = Which::all_checks);

// The parameters of one student: `submission` and the drawn ones. They depend on the
// assignment's name, its seed and the student's name, and are the same on every machine.
std::map<std::string, std::string> parameters_of(const Assignment& assignment,
                                                 const std::string& student);

// The runs of a check: its scenario in each of its variants and families. None, if it is a
// command. Values whose parameter the scenario does not have are ignored. Throws UsageError.
std::vector<play::Play> plays_of(const Assignment& assignment, const RubricCheck& check,
                                 const std::map<std::string, std::string>& values);

}  // namespace lab::grade
