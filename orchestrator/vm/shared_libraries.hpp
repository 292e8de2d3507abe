// SPDX-License-Identifier: MIT
//
// Finds the shared libraries of a program as its loader would: ld.so(8), and musl's
// ldso/dynlink.c. It reads headers and runs nothing: `LOADER --list PROGRAM` and ldd(1)
// run the loader, and a stranger's program names its own.
#pragma once

#include <string>
#include <vector>

#include "vm/elf.hpp"
#include "vm/loader.hpp"

namespace lab::vm {

struct Library {
  std::string from;  // path on this machine, without links
  std::string to;    // path where the loader will look for it in the guest
};

// A program that asks for a loader.
struct DynamicProgram {
  std::string path;  // on this machine
  std::string as;    // in the guest, absolute: there, $ORIGIN is its directory
  ElfFile elf;
};

// Everything that is loaded before the program's first instruction, the loader first. What it
// opens later by dlopen(3) is unknown. LD_LIBRARY_PATH is not heeded: the guest's programs
// have none. Relative directories are not searched: what they mean depends on where the
// program is started.
// Throws UsageError: a library that is not found (who needs it, where it was looked for), is
// damaged, or is searched for by $LIB or $PLATFORM, whose meaning only the loader knows; too
// many libraries. Throws SystemError.
std::vector<Library> shared_libraries(const DynamicProgram& program, const Loader& loader);

}  // namespace lab::vm
