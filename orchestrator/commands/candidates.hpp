// SPDX-License-Identifier: MIT
//
// Completers for what the commands take (cli/candidates.hpp).
#pragma once

#include <string>

#include "cli/candidates.hpp"

namespace lab::commands {

cli::Candidates scenario_words(const cli::Given&);  // as for run: names, topics, all, files
cli::Candidates scenario_names(const cli::Given&);  // a name, or a file
cli::Candidates topics(const cli::Given&);
cli::Candidates variants(const cli::Given& given);  // of the scenarios that were given
cli::Candidates kernels(const cli::Given&);         // that have been built
cli::Candidates labs(const cli::Given&);            // kept labs
cli::Candidates lab_hosts(const cli::Given&);       // kept labs, and their hosts
cli::Candidates lab_then_host(const cli::Given&);   // the same, before a command of the user's

// Whether a shipped scenario has this name. Never throws.
bool is_scenario(const std::string& word);

}  // namespace lab::commands
