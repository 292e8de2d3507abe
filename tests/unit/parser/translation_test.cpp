// SPDX-License-Identifier: MIT
#include "parser/translation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "parser/parse_parts.hpp"
#include "parser/parser.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::parser {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// `translations` is what stands below the key of that name.
std::string with(const std::string& translations) {
  return "name: told\ntitle: One\ntopology: {hosts: {a: }}\nsteps:\n"
         "  - socket: {name: s, host: a}\n    note: first\n"
         "  - for: {name: p, in: [1, 2], steps: [{socket: {name: \"x${p}\", host: a}, note: "
         "looped}]}\n"
         "  - listen: {socket: s}\n"
         "    note: last\n"
         "translations:\n" +
         translations;
}

std::string refusal(const std::string& translations) {
  try {
    parse(with(translations), "told.yaml");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(Translation, GivesEachNoteToItsStep) {
  const auto told = translation_of(
      with("  zh: {title: 一, summary: 二, comment: 三, notes: [甲, 乙, 丙]}\n"), "zh");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->title, "一");
  EXPECT_EQ(told->comment, "三");
  EXPECT_THAT(told->notes, UnorderedElementsAre(Pair(5, "甲"), Pair(7, "乙"), Pair(8, "丙")));
}

TEST(Translation, IsNothingWhereThereIsNone) {
  EXPECT_FALSE(translation_of("name: x\n", "zh"));
  EXPECT_FALSE(translation_of("local 1.2.3.4\n+0 socket(...)\n: [", "zh"));
  EXPECT_FALSE(translation_of(with("  zh: {title: 一}\n"), "de"));
}

TEST(Translation, IsRefusedWhereItDoesNotFit) {
  EXPECT_THAT(refusal("  zh: {title: 一, notes: [甲]}\n"),
              HasSubstr("there are 1 translated notes, and 3 steps have a note"));
  EXPECT_THAT(refusal("  de: {title: Eins}\n"), HasSubstr("no translation to \"de\""));
  EXPECT_THAT(refusal("  zh: {summary: 二}\n"), HasSubstr("title"));
  EXPECT_THAT(refusal("  zh: {title: 一, tilte: 二}\n"), HasSubstr("tilte"));
}

// Every title and summary, which lists and pages show.
TEST(Translation, IsThereForEachScenario) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto told = translation_of(read_file(entry.path()), "zh");
    ASSERT_TRUE(told) << entry.path();
    EXPECT_FALSE(told->title.empty() || told->summary.empty()) << entry.path();
  }
}

// The labs that are in Chinese, and the way in to them, use these.
TEST(Translation, IsWholeForTheScenariosOfTheFirstLabs) {
  for (const char* name :
       {"no-listener/no-listen", "no-listener/nothing-bound", "passive-open/three-way-handshake",
        "self-connect/accidental-self-connect", "self-connect/self-connect",
        "simultaneous-open/listener-and-crossing-syn", "simultaneous-open/simopen",
        "which-socket/established-before-listener", "which-socket/exact-before-wildcard"}) {
    const auto told =
        translation_of(read_file(std::string(SOURCE_DIR "/scenarios/") + name + ".yaml"), "zh");
    ASSERT_TRUE(told) << name;
    EXPECT_FALSE(told->comment.empty() || told->notes.empty()) << name;
  }
}

}  // namespace
}  // namespace lab::parser
