// SPDX-License-Identifier: MIT
//
// Finds the file that the first word of an Exec step names.
#pragma once

#include <string>

namespace lab::run {

// The folder of the lab's own programs (scenarios/programs, built): LAB_PROGRAMS, else where
// they were installed, else `programs` next to this program. It may not exist.
std::string programs_folder();
bool other_programs_folder();  // whether LAB_PROGRAMS names it

// The program's path. A word with a '/' is a path, relative to the scenario's file; another
// word is searched for among the lab's own programs, then in $PATH. Empty: there is no such
// program, or it is not executable.
std::string find_program(const std::string& word, const std::string& scenario_file);

// The message for a missing program: "there is no program curl in ... or in PATH".
std::string no_program(const std::string& word, const std::string& scenario_file);

}  // namespace lab::run
