// SPDX-License-Identifier: MIT
#include "util/output_file.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cerrno>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

TEST(OutputFile, HoldsWhatWasWrittenHoweverMuch) {
  std::string path = testing::TempDir() + "lab-output-XXXXXX";
  const Fd made(::mkstemp(path.data()));
  ASSERT_TRUE(made);
  const std::string much(200'000, 'x');
  OutputFile file(path);
  file << "begin " << much << ' ' << 42;
  file.put('\n');
  EXPECT_EQ(file.finish(), 0);
  EXPECT_EQ(read_file(path), "begin " + much + " 42\n");
  ::unlink(path.c_str());
}

TEST(OutputFile, KnowsWhyItFailedHoweverLate) {
  OutputFile file("/dev/full");
  file << std::string(100'000, 'x');
  errno = EAGAIN;  // another call's
  EXPECT_FALSE(file);
  EXPECT_EQ(file.finish(), ENOSPC);
}

TEST(OutputFile, ThatCannotBeMadeIsAnError) {
  try {
    OutputFile file("/proc/nowhere/report.json");
    FAIL();
  } catch (const SystemError& error) {
    EXPECT_EQ(error.error(), ENOENT);
  }
}

}  // namespace
}  // namespace lab
