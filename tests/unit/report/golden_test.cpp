// SPDX-License-Identifier: MIT
//
// Whole reports against files under tests/golden/report, so that a change of
// looks shows in a diff that a person reads. When a change is meant:
//
//     LAB_UPDATE_GOLDEN=1 unit_report --gtest_filter='Golden*'
#include <gtest/gtest.h>

#include <sstream>

#include "diagram/ladder_svg.hpp"
#include "draw/page.hpp"
#include "report/text.hpp"
#include "support/golden.hpp"
#include "support/timelines.hpp"
#include "support/traces.hpp"
#include "util/text.hpp"

namespace lab::report {
namespace {

using diagram::ladder_svg;
using diagram::LadderSvgSettings;
using draw::columns;
using draw::Detail;
using draw::Style;

std::string drawn(const Timeline& run, const Style& style) {
  std::ostringstream out;
  TextReport report(out, style);
  report.begin(run);
  for (const StepRecord& step : run.steps) report.step(run, step);
  report.end(run);
  return out.str();
}

void expect_golden(const std::string& name, const std::string& now) {
  testing::expect_golden("report/" + name, now);
}

TEST(Golden, MatchesSimopenInUnicode) {
  expect_golden("simopen.txt", drawn(testing::simopen(), {false, 100, true}));
}

TEST(Golden, MatchesSimopenInAsciiOnANarrowPage) {
  expect_golden("simopen-ascii.txt", drawn(testing::simopen(), {false, 80, false}));
}

TEST(Golden, MatchesNoListenWithoutTheModuleAndWithAFailedCheck) {
  expect_golden("no-listen-failing.txt", drawn(testing::no_listen_failing(), {false, 100, true}));
}

TEST(Golden, MatchesARefusalWithItsTrace) {
  expect_golden("refused-trace.txt", drawn(testing::refused_with_trace(), {false, 100, true}));
}

TEST(Golden, MatchesARefusalWithItsTraceInAsciiOnANarrowPage) {
  expect_golden("refused-trace-ascii.txt",
                drawn(testing::refused_with_trace(), {false, 80, false}));
}

TEST(Golden, MatchesSimopenOnAWidePage) {
  expect_golden("simopen-wide.txt", drawn(testing::simopen(), {false, 120, true}));
}

TEST(Golden, MatchesSimopenInColour) {
  expect_golden("simopen-colour.txt", drawn(testing::simopen(), {true, 80, true}));
}

TEST(Golden, MatchesARefusalInFull) {
  expect_golden("refused-full.txt",
                drawn(testing::refused_with_trace(), {false, 100, true, Detail::full}));
}

TEST(Golden, MatchesVerdictsOnly) {
  expect_golden("no-listen-quiet.txt",
                drawn(testing::no_listen_failing(), {false, 80, true, Detail::verdicts}));
}

TEST(Golden, MatchesARefusalAsSvg) {
  LadderSvgSettings settings;
  settings.href = [](std::string_view function) {
    return "https://example.org/" + std::string(function);
  };
  expect_golden("refused.svg", ladder_svg(testing::refused_with_trace(), settings));
}

TEST(Golden, MatchesASimultaneousOpenAsSvg) {
  expect_golden("simopen.svg", ladder_svg(testing::simopen()));
}

// What holds for every text report, whatever it looks like.
class Looks : public ::testing::TestWithParam<Style> {};

TEST_P(Looks, StaysOnThePageAndLeavesNoTrailingBlanks) {
  for (const Timeline& run :
       {testing::simopen(), testing::no_listen_failing(), testing::refused_with_trace()}) {
    const std::string text = drawn(run, GetParam());
    const auto all = lines(text);
    ASSERT_GT(all.size(), 10u);
    for (const std::string_view line : all) {
      if (line.starts_with(run.scenario)) continue;  // the closing line is one line
      EXPECT_LE(columns(line), static_cast<std::size_t>(GetParam().width)) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryWidth, Looks,
                         ::testing::Values(Style{false, 80, true}, Style{false, 80, false},
                                           Style{false, 100, true}, Style{false, 120, true}));

TEST(Looks, UsesOnlyAsciiWhereAsked) {
  for (const Timeline& run :
       {testing::simopen(), testing::no_listen_failing(), testing::refused_with_trace()}) {
    const std::string text = drawn(run, {false, 100, false});
    ASSERT_FALSE(text.empty());
    for (const char letter : text) ASSERT_LT(static_cast<unsigned char>(letter), 0x80);
  }
}

TEST(Looks, AddsOnlyEscapesInColour) {
  std::string colored = drawn(testing::simopen(), {true, 100, true});
  EXPECT_NE(colored.find('\033'), std::string::npos);
  std::string plain;
  for (std::size_t i = 0; i < colored.size(); ++i) {
    if (colored[i] == '\033')
      i = colored.find('m', i);
    else
      plain += colored[i];
  }
  EXPECT_EQ(plain, drawn(testing::simopen(), {false, 100, true}));
}

}  // namespace
}  // namespace lab::report
