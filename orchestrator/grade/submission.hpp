// SPDX-License-Identifier: MIT
//
// Takes the expected files out of a submission: a folder, or an archive (archive.hpp). A
// submission is not trusted. Nothing of it is executed here, no other file of it is opened,
// no link is followed, and only regular files are read, up to the assignment's limit.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "grade/assignment.hpp"
#include "predict/answers.hpp"

namespace lab::grade {

struct Submission {
  std::string path;     // a folder or an archive
  std::string student;  // the folder's name, or the archive's without its ending
};

// Sorted by student. A student's name has no control characters. Throws UsageError if one does not
// exist or cannot be read, or two have the same student.
std::vector<Submission> submissions_of(const std::vector<std::string>& paths);

struct Taken {
  std::map<std::string, std::string> files;    // by ExpectedFile::path: its contents
  std::map<std::string, std::string> refused;  // by path: why it was not taken
  std::string fault;                           // why nothing could be taken; empty: it could
};

// Does not throw for anything that the submission contains. Throws EnvironmentError if it is gone
// or this machine cannot read it.
Taken take(const Submission& submission, const Assignment& assignment);

// The answers to the assignment's questions. Of none, if it has no file of kind answers.
predict::Answers answers_of(const Taken& taken, const Assignment& assignment);

// Of the files, for noticing that a submission has changed.
std::string fingerprint_of(const Taken& taken);

}  // namespace lab::grade
