// SPDX-License-Identifier: MIT
#include "util/tail.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

TEST(Tail, KeepsTheLastLinesOfAnEndlessText) {
  Tail tail(100);
  for (int i = 0; i < 100'000; ++i) tail.add("line " + std::to_string(i) + "\n");
  EXPECT_EQ(tail.last_lines(2), "line 99998\nline 99999\n");
}

TEST(Tail, DropsTerminalControlCharacters) {
  Tail tail(100);
  tail.add("\x1b[31mred\x07\r\n\tindented\x7f\n");
  EXPECT_EQ(tail.last_lines(5), "[31mred\n\tindented\n");
}

TEST(Tail, CountsALastLineWithoutANewline) {
  Tail tail(100);
  EXPECT_TRUE(tail.empty());
  tail.add("one\ntw");
  tail.add("o");
  EXPECT_EQ(tail.last_lines(1), "two\n");
}

}  // namespace
}  // namespace lab
