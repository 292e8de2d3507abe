// SPDX-License-Identifier: MIT
//
// A program that begins with "#!", as execve(2) takes it.
#pragma once

#include <optional>
#include <string>

#include "util/regular_file.hpp"

namespace lab::vm {

struct Script {
  std::string interpreter;  // the program after "#!", which runs it
  std::string argument;     // its one argument; "#!/usr/bin/env perl" has "perl"
  bool carriage_return = false;  // ends the line; to the kernel it belongs to the last word
};

// Reads only the first line. Nothing: the file does not begin with "#!", names no
// interpreter, or its first line is longer than the kernel reads.
std::optional<Script> read_script(const RegularFile& file);

// How many scripts may run one another: exec_binprm() in Linux' fs/exec.c.
inline constexpr int max_script_depth = 5;

}  // namespace lab::vm
