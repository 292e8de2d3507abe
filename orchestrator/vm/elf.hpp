// SPDX-License-Identifier: MIT
//
// Which other files an ELF file needs: elf(5).
//
// Our own reader, not libelf, because these files are not trusted. elfutils treats crashes
// on damaged files as ordinary bugs, and libelf maps the file, so that truncating it kills
// us with SIGBUS. The four structures needed here are in <elf.h>; each is copied from its
// offset, and every count and size has a limit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "util/architecture.hpp"
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

// Reads the headers, the dynamic section and its strings. Nothing: the file is not a
// program or library for this kind of machine (64 bits, this processor, or that of a guest).
// Throws UsageError when it is one and its headers are damaged, SystemError.
std::optional<ElfFile> read_elf(const RegularFile& file,
                                const Architecture& machine = this_architecture());

// Which processor an ELF file is for, by the name of its e_machine where the lab knows it:
// "EM_AARCH64", "ELF machine 243", "EM_X86_64 with 32 bits". Empty: it is no ELF file.
std::string elf_processor(const RegularFile& file);

}  // namespace lab::vm
