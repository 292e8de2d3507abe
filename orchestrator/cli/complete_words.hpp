// SPDX-License-Identifier: MIT
//
// Completion of a command line, for any shell: `orchestrator __complete WORDS…`,
// where the last word is the one that is being written. The shells' own scripts
// (commands/completion.cpp) only hand the words over and show what comes back, one
// candidate a line:
//
//	WORD<tab>REMARK     the remark may be missing
//	:files, :folders    the shell completes paths, too
//
// Mistakes are not reported, because the user is in the middle of a line.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace lab::cli {

// What the last of the words may become, in the tree's order; those that do not
// begin with what is there already are left out. `words` are without the program's
// name, and not empty.
Candidates complete(const Commands& commands, const std::vector<std::string>& words);

// The same, as the shells' scripts read it.
std::string completion_lines(const Candidates& candidates);

}  // namespace lab::cli
