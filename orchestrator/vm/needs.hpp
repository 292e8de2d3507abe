// SPDX-License-Identifier: MIT
//
// What a program needs besides its own file to run on another machine. Pure: no
// file is read and nothing is run here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lab::vm {

enum class FileKind { elf, script, other };

// What execve(2) makes of a file.
struct Executable {
  FileKind kind = FileKind::other;
  // ELF: the dynamic loader (PT_INTERP); empty: it is linked statically.
  // A script: the program after "#!", which runs it.
  std::string interpreter;
  std::string argument;  // a script's one argument to it; "#!/usr/bin/env perl" has "perl"
};

// `bytes` is the whole file. An ELF file of another machine than this program
// was built for is FileKind::other.
Executable executable_of(std::string_view bytes);

struct Libraries {
  std::vector<std::string> paths;    // what it loads, the loader among them
  std::vector<std::string> missing;  // names that the loader does not find
};

// The output of `LOADER --list PROGRAM`, which is that of ldd(1).
Libraries libraries_in(std::string_view list);

}  // namespace lab::vm
