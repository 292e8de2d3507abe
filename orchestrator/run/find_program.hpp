// SPDX-License-Identifier: MIT
//
// Which file an Exec step means by its first word.
#pragma once

#include <string>

namespace lab::run {

// Where the lab's own programs are (scenarios/programs, built): LAB_PROGRAMS, or
// where they were installed, or the folder `programs` beside this program's file.
// There may be no such folder.
std::string programs_folder();
bool other_programs_folder();  // whether LAB_PROGRAMS names it

// The program's path. A word with a '/' is a path, from the scenario's file
// unless it is absolute; one without is looked for among the lab's own programs,
// then in $PATH. Empty: there is no such program, or it may not be run.
std::string find_program(const std::string& word, const std::string& scenario_file);

// "there is no program curl: ...": where it was looked for.
std::string no_program(const std::string& word, const std::string& scenario_file);

}  // namespace lab::run
