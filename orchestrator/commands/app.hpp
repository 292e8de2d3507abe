// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

namespace lab::commands {

constexpr const char* program_title = "TCP Lookup Lab: what does the Linux kernel do with my SYN?";

// The whole program: command line in, exit code out (util/error.hpp, Exit).
// Catches every exception and prints it as one message on standard error.
int main(int argc, char** argv);

// Adds every command and its documentation to `program`.
void add_commands(cli::Commands& commands, CLI::App& program);

}  // namespace lab::commands
