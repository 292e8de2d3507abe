// SPDX-License-Identifier: MIT
//
// What may stand at a place of the command line: one function a kind, for shell
// completion (complete.hpp). Each looks and is quick; what goes wrong is thrown,
// and completion is silent about it.
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

// What stands on the command line already.
struct Given {
  std::vector<std::string> words;  // the command's arguments that are no flags
};

using Completer = Candidates (*)(const Given&);

Candidates scenario_words(const Given&);  // as for run: names, topics, all, files
Candidates scenario_names(const Given&);  // a name, or a file
Candidates topics(const Given&);
Candidates variants(const Given& given);  // of the scenarios that were given
Candidates kernels(const Given&);         // that have been built
Candidates namespaces(const Given&);      // of ip netns
Candidates labs(const Given&);            // that stand
Candidates lab_hosts(const Given&);       // those labs, and their hosts
Candidates lab_then_host(const Given&);   // the same, before a command of the user's
Candidates files(const Given&);
Candidates folders(const Given&);

}  // namespace lab::cli
