// SPDX-License-Identifier: MIT
#include "draw/text.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "draw/canvas.hpp"

namespace lab::draw {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Text, CountsLettersAndNotBytes) {
  EXPECT_EQ(columns("a→b"), 3u);
  EXPECT_EQ(columns(Text{{"a→"}, {"b", Ink::good}}), 3u);
}

TEST(Text, BreaksOnlyAtSpaces) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("averylongword x", 4), ElementsAre("averylongword", "x"));
}

TEST(Text, HasOneLineOfPlainTextAndNoneOfStyledTextWhenItIsEmpty) {
  EXPECT_THAT(wrapped("", 10), ElementsAre(""));
  EXPECT_THAT(wrapped(Text{}, 10), IsEmpty());
}

TEST(Text, KeepsSpansTogetherWithoutASpaceBetween) {
  const Text text = {{"SYN", Ink::accent}, {", held", Ink::doubtful}};
  EXPECT_THAT(wrapped(text, 6), ElementsAre(Text{{"SYN", Ink::accent}, {",", Ink::doubtful}},
                                            Text{{"held", Ink::doubtful}}));
}

TEST(Text, PutsTheSpaceAfterAFunctionIntoItsOwnSpan) {
  const Text text = {{"tcp_v4_rcv", Ink::faint, "tcp_v4_rcv"}, {" hit", Ink::accent}};
  EXPECT_THAT(
      wrapped(text, 40),
      ElementsAre(Text{{"tcp_v4_rcv", Ink::faint, "tcp_v4_rcv"}, {" "}, {"hit", Ink::accent}}));
}

TEST(Text, ShortensToWholeLetters) {
  EXPECT_EQ(shortened("→→→→", 3), "→→…");
  EXPECT_EQ(shortened("→→→", 3), "→→→");
}

std::string printed(const CellRow& row, bool color) {
  std::ostringstream out;
  Page page(out, {color, 80, true});
  row.print(page);
  return out.str();
}

TEST(CellRow, CutsAtItsWidth) {
  CellRow row(4);
  row.put(2, "abc");
  EXPECT_EQ(printed(row, false), "  ab\n");
}

TEST(CellRow, GrowsWithoutAWidth) {
  CellRow row;
  row.put(3, "a→");
  row.put_before(3, {{"b"}});
  EXPECT_EQ(printed(row, false), "  ba→\n");
}

TEST(CellRow, PrintsEqualInkTogether) {
  CellRow row(9);
  row.put(0, "ab", Ink::good);
  row.put(3, "c", Ink::good);
  row.put(5, "d", Ink::bad);
  EXPECT_EQ(printed(row, true), "\033[32mab c \033[0m\033[1;31md\033[0m\n");
}

}  // namespace
}  // namespace lab::draw
