// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

namespace lab::commands {

// The whole program: command line in, exit code out (util/error.hpp, Exit).
// Every exception ends here, as one message on standard error.
int main(int argc, char** argv);

// Adds every command, with its documentation, to `program`, which has none yet.
void add_commands(cli::Commands& commands, CLI::App& program);

}  // namespace lab::commands
