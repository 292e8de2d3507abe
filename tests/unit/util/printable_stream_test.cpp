// SPDX-License-Identifier: MIT
#include "util/printable_stream.hpp"

#include <gmock/gmock.h>

#include <string>

#include "util/printable.hpp"

namespace lab {
namespace {

// All of it, in pieces of this size.
std::string in_pieces(PrintableStream stream, const std::string& text, std::size_t size) {
  std::string shown;
  for (std::size_t at = 0; at < text.size(); at += size) shown += stream.feed(text.substr(at, size));
  return shown + stream.finish();
}

TEST(PrintableStream, SaysTheSameInPiecesOfAnySize) {
  const std::string text =
      "plain \u00e9 \u20ac \U0001F600 \x1b]0;title\a\x1b[2J\xc2\x9b \xff\xe2\x28 \xf0\x9f\n\ttab \xe2\x82";
  for (std::size_t size = 1; size <= text.size(); ++size)
    EXPECT_EQ(in_pieces(PrintableStream(), text, size), printable(text)) << size;
}

TEST(PrintableStream, PassesOnlyTheSequencesThatItIsGiven) {
  const PrintableStream stream({"\x1b[1;31m", "\x1b[0m", "\r\x1b[K"});
  const std::string text = "\x1b[1;31mred\x1b[0m \x1b[31m \x1b[2J \rforged \r\x1b[Kline\n";
  for (std::size_t size = 1; size <= text.size(); ++size)
    EXPECT_EQ(in_pieces(stream, text, size),
              "\x1b[1;31mred\x1b[0m \\u001b[31m \\u001b[2J \\u000dforged \r\x1b[Kline\n")
        << size;
}

TEST(PrintableStream, ShowsTextAtOnce) {
  PrintableStream stream({"\x1b[0m"});
  EXPECT_EQ(stream.feed("line\npart"), "line\npart");
  EXPECT_EQ(stream.feed("\x1b["), "");
  EXPECT_EQ(stream.feed("0m."), "\x1b[0m.");
}

TEST(PrintableStream, KeepsNoMoreThanTheBeginningOfOne) {
  PrintableStream stream({"\x1b[0m"});
  EXPECT_EQ(stream.feed("\xf0\x9f\x98"), "");
  EXPECT_EQ(stream.feed("x"), "\\xf0\\x9f\\x98x");
  EXPECT_EQ(stream.feed("\x1b[0"), "");
  EXPECT_EQ(stream.finish(), "\\u001b[0");
}

}  // namespace
}  // namespace lab
