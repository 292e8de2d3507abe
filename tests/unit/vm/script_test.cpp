// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "vm/script.hpp"
#include "unit/vm/elf_image.hpp"

namespace lab::vm {
namespace {

using testing::ElementsAre;

class ReadScript : public testing::Test {
 protected:
  std::optional<Script> read(const std::string& text) {
    return read_script(RegularFile(files_.write("script", text)));
  }
  std::vector<std::string> parts(const std::string& text) {
    const auto script = read(text);
    if (!script) return {};
    return {script->interpreter, script->argument};
  }

  Files files_;
};

TEST_F(ReadScript, FindsTheInterpreterAndItsOneArgument) {
  EXPECT_THAT(parts("#!/bin/sh\necho hello\n"), ElementsAre("/bin/sh", ""));
  EXPECT_THAT(parts("#! /usr/bin/env  perl\n"), ElementsAre("/usr/bin/env", "perl"));
  EXPECT_THAT(parts("#!/bin/bash -e -u\n"), ElementsAre("/bin/bash", "-e -u"));
  EXPECT_THAT(parts("#!/bin/sh"), ElementsAre("/bin/sh", ""));
}

TEST_F(ReadScript, RefusesWhatIsNotAScript) {
  for (const char* text : {"", "#", "#!", "#!\n/bin/sh", "echo hello\n"})
    EXPECT_FALSE(read(text)) << text;
}

TEST_F(ReadScript, RefusesAFirstLineThatTheKernelWouldCut) {
  EXPECT_TRUE(read("#!/bin/sh " + std::string(245, 'x') + "\n"));
  EXPECT_FALSE(read("#!/bin/sh " + std::string(246, 'x') + "\n"));
  EXPECT_FALSE(read("#!/" + std::string(1 << 20, 'x')));
}

}  // namespace
}  // namespace lab::vm
