// SPDX-License-Identifier: MIT
//
// The words that may come next on a command line, for shell completion
// (complete_words.hpp). A completer is a function that gives those of one kind. It must be
// quick; what it throws is not reported, and completes nothing.
#pragma once

#include <string>
#include <vector>

namespace lab::cli {

struct Candidate {
  std::string word;
  std::string remark;  // what it is, in a few words; may be empty
};

// The files that a shell knows better how to complete.
enum class Paths { none, files, folders };

struct Candidates {
  std::vector<Candidate> words;
  Paths paths = Paths::none;
};

// What the command line has already.
struct Given {
  std::vector<std::string> words;  // the command's arguments, without flags
};

using Completer = Candidates (*)(const Given&);

// Completers that need nothing but the file system.
Candidates namespaces(const Given&);  // names of ip-netns(8)
Candidates files(const Given&);
Candidates folders(const Given&);

}  // namespace lab::cli
