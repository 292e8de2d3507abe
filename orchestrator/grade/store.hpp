// SPDX-License-Identifier: MIT
//
// A folder of results: STUDENT.json is a graded submission, STUDENT.report.json the report of
// its runs, which `draw` reads. Characters of a name that are no letters, digits, "_" or "-" are
// written as %XX: so no name with a "." is taken for another's report. students.txt, of a part of a
// class, names the whole class. A file is written whole or not at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grade/assignment.hpp"
#include "grade/graded.hpp"
#include "report/document.hpp"

namespace lab::grade {

class Store {
 public:
  // Makes the folder if it is missing. Throws UsageError, also if no file can be made in it.
  explicit Store(std::string folder);

  // The stored result, if it has this fingerprint. A damaged one counts as none.
  std::optional<Graded> find(const std::string& student, const std::string& fingerprint) const;
  // Whether there is a result of this version of the assignment (Assignment::fingerprint), also
  // if the submission has changed.
  bool has(const std::string& student, const std::string& rubric) const;
  // Throws EnvironmentError. An empty report is not stored.
  void put(const Graded& graded, const std::string& report) const;
  // Keeps of which class this folder has a part, so that merge() notices what is missing. Throws
  // SystemError.
  void put_class(const std::vector<std::string>& students) const;
  // The runs of a student; none if there is no report, or it is damaged.
  std::vector<report::Run> runs(const std::string& student) const;

 private:
  std::optional<Graded> read(const std::string& student) const;  // nothing: damaged, or none

  std::string folder_;
};

// All results in the folders, sorted by student. Who is in one of their classes and has no result is
// not graded. Throws UsageError if a file cannot be read, if two results are of one student, or if
// one is of another assignment or of another version of it.
std::vector<Graded> merge(const Assignment& assignment, const std::vector<std::string>& folders);

// Writes it whole or not at all. Throws SystemError.
void write_file(const std::string& path, std::string_view text);

// "bob's" → "bob%27s"
std::string file_stem(const std::string& student);

}  // namespace lab::grade
