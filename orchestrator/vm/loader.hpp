// SPDX-License-Identifier: MIT
//
// The dynamic loaders (ELF interpreters) that a program may name. A fixed list: a loader is
// code that runs before the program, and any other that an untrusted program names is
// untrusted, too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lab::vm {

enum class Libc { glibc, musl };

struct Loader {
  Libc libc = Libc::glibc;
  std::string path;  // as PT_INTERP has it
  // Its configuration: ld.so.cache, or musl's list of directories, which replaces
  // `directories`. The file may not exist.
  std::string configuration;
  std::vector<std::string> directories;  // which it searches last
};

// Those for this processor.
const std::vector<Loader>& known_loaders();

// The known loader at this path. Throws UsageError that lists the known ones; `program`
// is the file that names it.
const Loader& known_loader(std::string_view path, std::string_view program);

// The paths of a library in glibc's ld.so.cache (its bytes), best first. Builds for newer
// processors (glibc-hwcaps) are left out: the guest's processor may lack their
// instructions. Empty for a damaged cache or the format before glibc 2.2.
// Source: glibc, sysdeps/generic/dl-cache.h.
std::vector<std::string> paths_in_cache(std::string_view cache, std::string_view name);

// The directories in musl's /etc/ld-musl-*.path (its text): ldso/dynlink.c.
std::vector<std::string> directories_in_list(std::string_view text);

}  // namespace lab::vm
