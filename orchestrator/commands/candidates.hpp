// SPDX-License-Identifier: MIT
//
// Completers for the commands' arguments (cli/candidates.hpp).
#pragma once

#include <string>

#include "cli/candidates.hpp"

namespace lab::commands {

cli::Candidates scenario_words(const cli::Given&);  // as for run: names, topics, all, files
cli::Candidates scenario_names(const cli::Given&);  // a name, or a file
cli::Candidates topics(const cli::Given&);
cli::Candidates variants(const cli::Given& given);  // of the scenarios already typed
cli::Candidates kernels(const cli::Given&);         // that have been built
cli::Candidates labs(const cli::Given&);            // kept labs
cli::Candidates lab_hosts(const cli::Given&);       // kept labs, and their hosts
cli::Candidates lab_then_host(const cli::Given&);   // the same, then the user's command

// Whether a shipped scenario has this name. Never throws.
bool is_scenario(const std::string& word);

}  // namespace lab::commands
