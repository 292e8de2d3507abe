// SPDX-License-Identifier: MIT
#include "play/progress_line.hpp"

#include <gtest/gtest.h>

namespace lab::play {
namespace {

using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

TEST(ProgressLine, IsRewrittenThenRemoved) {
  CaptureStderr();
  {
    ProgressLine line(true);
    line.show("one");
    line.show("two");
  }
  EXPECT_EQ(GetCapturedStderr(), "\r\033[Kone\r\033[Ktwo\r\033[K");
}

TEST(ProgressLine, ClearsOnlyWhatItShows) {
  CaptureStderr();
  ProgressLine line(true);
  line.clear();
  EXPECT_EQ(GetCapturedStderr(), "");
}

// In a log it would be noise. The test's own standard error is a file here.
TEST(ProgressLine, IsSilentWithoutATerminal) {
  CaptureStderr();
  {
    ProgressLine line;
    line.show("one");
  }
  EXPECT_EQ(GetCapturedStderr(), "");
}

}  // namespace
}  // namespace lab::play
