// SPDX-License-Identifier: MIT
//
// Completion of a command line, for any shell: `orchestrator __complete WORDS…`,
// where the last word is the one being typed. The shell scripts (commands/completion.cpp)
// pass the words on and show the answer, one candidate per line:
//
//	WORD<tab>REMARK     the remark may be missing
//	:files, :folders    the shell also completes paths
//
// Errors are not reported, because the user is still typing.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace lab::cli {

// Candidates for the last word, in the tree's order, that begin with what was typed.
// `words` does not include the program's name and is not empty.
Candidates complete(const Commands& commands, const std::vector<std::string>& words);

// The same in the format that the shell scripts read.
std::string completion_lines(const Candidates& candidates);

}  // namespace lab::cli
