// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "util/printable.hpp"

namespace lab {
namespace {

TEST(Printable, KeepsHarmlessText) {
  for (const char* text : {"", "plain", "two\nlines\tand a tab", "é → ✓ 漢 😀", "\\u001b"}) {
    EXPECT_EQ(printable(text), text);
    EXPECT_EQ(printable(printable(text)), text);
  }
}

TEST(Printable, EscapesControlCharacters) {
  EXPECT_EQ(printable("a\x1b[31m\a\r\x7f"), "a\\u001b[31m\\u0007\\u000d\\u007f");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\u0000b");
}

TEST(Printable, EscapesC1AndBidirectionalControls) {
  EXPECT_EQ(printable("\u009b31m"), "\\u009b31m");
  EXPECT_EQ(printable("\u0080\u009f\u00a0"), "\\u0080\\u009f\u00a0");
  EXPECT_EQ(printable("\u061c\u200e\u200f\u202a\u202e\u2066\u2069\u2028\u2029"),
            "\\u061c\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069\\u2028\\u2029");
  EXPECT_EQ(printable("\u200d\u2027\u202f\u2065\u206a"), "\u200d\u2027\u202f\u2065\u206a");
}

TEST(Printable, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("a\xff z"), "a\\xff z");
  EXPECT_EQ(printable("\x9b[2J"), "\\x9b[2J");
  EXPECT_EQ(printable("\xe2\x80"), "\\xe2\\x80") << "cut off";
  EXPECT_EQ(printable("\xc0\x9b"), "\\xc0\\x9b") << "overlong";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond U+10FFFF";
}

TEST(Printable, KeepsTextOnOneLine) {
  EXPECT_EQ(printable_line("title\nverdict: pass\t!\x1b"), "title verdict: pass !\\u001b");
}

}  // namespace
}  // namespace lab
