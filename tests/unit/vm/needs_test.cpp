// SPDX-License-Identifier: MIT
#include "vm/needs.hpp"

#include <gmock/gmock.h>

#include "util/text.hpp"

namespace lab::vm {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(ExecutableOf, AnElfFileNamesItsLoader) {
  const std::string bytes = read_file("/proc/self/exe");
  const Executable self = executable_of(bytes);
  EXPECT_EQ(self.kind, FileKind::elf);
  EXPECT_THAT(self.interpreter, StartsWith("/lib"));
  EXPECT_EQ(self.argument, "");
  // Its loader is one, too, and needs none.
  const Executable loader = executable_of(read_file(self.interpreter));
  EXPECT_EQ(loader.kind, FileKind::elf);
  EXPECT_EQ(loader.interpreter, "");
}

TEST(ExecutableOf, AnElfFileThatIsCutShortHarmsNobody) {
  const std::string bytes = read_file("/proc/self/exe");
  for (std::size_t size = 0; size < 2000; ++size)
    executable_of(std::string_view(bytes).substr(0, size));
  EXPECT_EQ(executable_of(std::string_view(bytes).substr(0, 20)).kind, FileKind::other);
}

TEST(ExecutableOf, AnElfFileForAnotherMachineIsNone) {
  std::string bytes = read_file("/proc/self/exe");
  bytes[18] ^= 1;  // e_machine
  EXPECT_EQ(executable_of(bytes).kind, FileKind::other);
}

TEST(ExecutableOf, AScriptNamesWhatRunsIt) {
  const auto parts = [](std::string_view text) {
    const Executable script = executable_of(text);
    return std::vector<std::string>{script.interpreter, script.argument};
  };
  EXPECT_EQ(executable_of("#!/bin/sh\necho\n").kind, FileKind::script);
  EXPECT_THAT(parts("#!/bin/sh\necho hello\n"), ElementsAre("/bin/sh", ""));
  EXPECT_THAT(parts("#! /usr/bin/env  perl\n"), ElementsAre("/usr/bin/env", "perl"));
  EXPECT_THAT(parts("#!/bin/bash -e -u\n"), ElementsAre("/bin/bash", "-e -u"));
  EXPECT_THAT(parts("#!/bin/sh"), ElementsAre("/bin/sh", ""));
}

TEST(ExecutableOf, AnythingElseIsNone) {
  for (const char* text : {"", "#", "#!", "#!\n/bin/sh", "echo hello\n",
                           "\x7f"
                           "ELF"})
    EXPECT_EQ(executable_of(text).kind, FileKind::other) << text;
}

TEST(LibrariesIn, AreThosePathsThatTheLoaderFound) {
  const Libraries libraries = libraries_in(
      "\tlinux-vdso.so.1 (0x00007ffd2d5f2000)\n"
      "\tlibcurl.so.4 => /lib/x86_64-linux-gnu/libcurl.so.4 (0x00007f0b5a4d4000)\n"
      "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f0b5a2f3000)\n"
      "\t/lib64/ld-linux-x86-64.so.2 (0x00007f0b5a59e000)\n");
  EXPECT_THAT(libraries.paths,
              ElementsAre("/lib/x86_64-linux-gnu/libcurl.so.4", "/lib/x86_64-linux-gnu/libc.so.6",
                          "/lib64/ld-linux-x86-64.so.2"));
  EXPECT_THAT(libraries.missing, IsEmpty());
}

TEST(LibrariesIn, TellsWhatIsMissing) {
  const Libraries libraries =
      libraries_in("\tlibgone.so.1 => not found\n\tlibc.so.6 => /c (0x1)\n");
  EXPECT_THAT(libraries.paths, ElementsAre("/c"));
  EXPECT_THAT(libraries.missing, ElementsAre("libgone.so.1"));
}

}  // namespace
}  // namespace lab::vm
