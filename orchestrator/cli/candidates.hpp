// SPDX-License-Identifier: MIT
//
// The words that may come next on a command line, for shell completion
// (complete_words.hpp). A completer returns the words of one kind. It must be quick. If it
// throws, nothing is completed and nothing is reported.
#pragma once

#include <string>
#include <vector>

namespace lab::cli {

struct Candidate {
  std::string word;
  std::string remark;  // what it is, in a few words; may be empty
};

// Paths are completed by the shell itself.
enum class Paths { none, files, folders };

struct Candidates {
  std::vector<Candidate> words;
  Paths paths = Paths::none;
};

// What the command line already contains.
struct Given {
  std::vector<std::string> words;  // the command's arguments, without flags
};

using Completer = Candidates (*)(const Given&);

// Completers that need only the file system.
Candidates namespaces(const Given&);  // names of ip-netns(8)
Candidates files(const Given&);
Candidates folders(const Given&);

}  // namespace lab::cli
