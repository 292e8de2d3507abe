// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Words, AreSplitAtBlanks) {
  EXPECT_THAT(words("  a bc\t d\n"), ElementsAre("a", "bc", "d"));
  EXPECT_THAT(words(" \t"), IsEmpty());
  EXPECT_THAT(words(""), IsEmpty());
}

TEST(Lines, KeepEmptyOnesButNoneAfterTheLastNewline) {
  EXPECT_THAT(lines("a\n\nb\n"), ElementsAre("a", "", "b"));
  EXPECT_THAT(lines("a\nb"), ElementsAre("a", "b"));
  EXPECT_THAT(lines(""), IsEmpty());
}

TEST(ToInteger, TakesTheWholeWordOrNothing) {
  EXPECT_EQ(to_integer<int>("-12"), -12);
  EXPECT_EQ(to_integer<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(to_integer<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(to_integer<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(to_integer<std::uint16_t>("-1"), std::nullopt);
  EXPECT_EQ(to_integer<int>("12x"), std::nullopt);
  EXPECT_EQ(to_integer<int>(" 12"), std::nullopt);
  EXPECT_EQ(to_integer<int>(""), std::nullopt);
}

TEST(Nearest, OffersTheMostSimilarNamesFirst) {
  const std::vector<std::string> names = {"no-listen", "self-connect", "simopen"};
  EXPECT_THAT(nearest("simopn", names), ElementsAre("simopen"));
  EXPECT_THAT(nearest("listen", names), ElementsAre("no-listen"));
}

TEST(Nearest, OffersNothingIfNothingIsSimilar) {
  EXPECT_THAT(nearest("xyzzy", {"no-listen", "simopen"}), IsEmpty());
}

TEST(Nearest, OffersNoMoreThanAsked) {
  EXPECT_THAT(nearest("a", {"ab", "ac", "ad"}, 2), ElementsAre("ab", "ac"));
}

TEST(InQuotes, PutsEveryTextOnOneLine) {
  EXPECT_EQ(in_quotes("Hello"), R"("Hello")");
  EXPECT_EQ(in_quotes("one\ntwo\r\n"), R"("one\ntwo\x0d\n")");
  EXPECT_EQ(in_quotes(R"(a "b" \c)"), R"("a \"b\" \\c")");
  EXPECT_EQ(in_quotes("größer"), "\"größer\"");
}

TEST(InQuotes, ShowsTheBeginningOfALongText) {
  EXPECT_EQ(in_quotes("abcdef", 6), R"("abcdef")");
  EXPECT_EQ(in_quotes("abcdefg", 6), R"("abcdef..." (7 bytes))");
}

TEST(Hex, HasTwoDigitsPerByte) {
  EXPECT_EQ(to_hex(std::vector<std::uint8_t>{0x00, 0x0a, 0xff}), "000aff");
  EXPECT_EQ(from_hex("000aFF"), (std::vector<std::uint8_t>{0x00, 0x0a, 0xff}));
  EXPECT_EQ(from_hex(""), std::vector<std::uint8_t>{});
  for (const char* wrong : {"0", "0a1", "0x", "-1", "g0", "0 "})
    EXPECT_EQ(from_hex(wrong), std::nullopt) << wrong;
}

TEST(ReadFile, ReadsAFileThatHasNoSize) {
  EXPECT_THAT(read_file("/proc/self/stat"), ::testing::StartsWith(std::to_string(::getpid())));
}

TEST(ReadFile, SaysWhichFileAndWhy) {
  try {
    read_file("/nowhere/at/all");
    FAIL() << "read a file that is not there";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.error(), ENOENT);
    EXPECT_STREQ(error.what(), "open(/nowhere/at/all): No such file or directory");
  }
}

TEST(ShellWord, IsQuotedOnlyIfNeeded) {
  EXPECT_EQ(shell_word("scenarios/open/simopen.yaml"), "scenarios/open/simopen.yaml");
  EXPECT_EQ(shell_word("port=9000"), "port=9000");
  EXPECT_EQ(shell_word("my file"), "'my file'");
  EXPECT_EQ(shell_word("it's $1"), "'it'\\''s $1'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace lab
