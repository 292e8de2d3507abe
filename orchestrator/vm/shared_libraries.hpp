// SPDX-License-Identifier: MIT
//
// Finds the shared libraries of a program as its loader would: ld.so(8), and musl's
// ldso/dynlink.c. It reads headers and runs nothing: `LOADER --list PROGRAM` and ldd(1)
// run the loader, which an untrusted program chooses itself.
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

// A program that names a loader.
struct DynamicProgram {
  std::string path;  // on this machine
  std::string as;    // in the guest, absolute: there, $ORIGIN is its directory
  ElfFile elf;
};

// Everything that is loaded before the program's first instruction, the loader first. What
// it opens later by dlopen(3) is unknown. LD_LIBRARY_PATH is ignored: the guest's programs
// have none. Relative directories are not searched: their meaning depends on the working
// directory.
// Throws UsageError when a library is not found (naming what needs it and the searched
// directories), is damaged, or is searched for by $LIB or $PLATFORM, whose meaning only the
// loader knows; and for too many libraries. Throws SystemError.
std::vector<Library> shared_libraries(const DynamicProgram& program, const Loader& loader);

}  // namespace lab::vm
