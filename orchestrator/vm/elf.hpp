// SPDX-License-Identifier: MIT
//
// What an ELF file says about the other files that it needs: elf(5).
//
// An own reader and not libelf: these are strangers' files. elfutils treats crashes on
// damaged files as ordinary bugs, and libelf maps the file, so that whoever cuts it short
// ends us by SIGBUS. The four structures that are wanted here are in <elf.h>; every one of
// them is read by offset into a copy, and every count and size has a limit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/regular_file.hpp"

namespace lab::vm {

struct ElfFile {
  std::string interpreter;          // PT_INTERP, the dynamic loader; empty: static, or a library
  std::string soname;               // DT_SONAME; empty: none
  std::vector<std::string> needed;  // DT_NEEDED, in the file's order
  // Directories, as they are written: separated by ':', with $ORIGIN in them.
  std::string rpath;    // DT_RPATH; empty where there is a RUNPATH, which takes its place
  std::string runpath;  // DT_RUNPATH
  bool no_default_directories = false;  // DF_1_NODEFLIB
};

// Reads the headers, the dynamic section and the strings that it names. Nothing: the file
// is no program or library of this kind of machine (64 bits, this processor). Throws
// UsageError when it is one and its headers are damaged, SystemError.
std::optional<ElfFile> read_elf(const RegularFile& file);

}  // namespace lab::vm
