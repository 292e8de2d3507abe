// SPDX-License-Identifier: MIT
//
// The dynamic loaders (ELF interpreters) that a program may name. A fixed list: a loader is
// code that runs in front of the program, and everything else that a stranger's program
// names as one is a stranger's, too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lab::vm {

enum class Libc { glibc, musl };

struct Loader {
  Libc libc = Libc::glibc;
  std::string path;  // as PT_INTERP has it
  // Where it reads what is beyond `directories`: ld.so.cache, or musl's list of
  // directories, which replaces them. It may not be there.
  std::string configuration;
  std::vector<std::string> directories;  // which it searches last
};

// Those for this processor.
const std::vector<Loader>& known_loaders();

// The known one of this path. Throws UsageError that names those there are; `program`
// is the file that asks for it.
const Loader& known_loader(std::string_view path, std::string_view program);

// What glibc's ld.so.cache (its bytes) has for a library's name, best first: paths. Builds
// for newer processors (glibc-hwcaps) are left out: the guest's processor may lack what they
// use. Nothing, too, for a cache in the format of before glibc 2.2 or a damaged one.
// Source: glibc, sysdeps/generic/dl-cache.h.
std::vector<std::string> paths_in_cache(std::string_view cache, std::string_view name);

// The directories in musl's /etc/ld-musl-*.path (its text): ldso/dynlink.c.
std::vector<std::string> directories_in_list(std::string_view text);

}  // namespace lab::vm
