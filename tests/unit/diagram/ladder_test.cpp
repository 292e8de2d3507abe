// SPDX-License-Identifier: MIT
//
// The text page and the SVG are drawn from the same rows; here, that neither leaves any of
// their words out.
#include "diagram/ladder.hpp"

#include <gmock/gmock.h>

#include <pugixml.hpp>
#include <sstream>

#include "diagram/ladder_svg.hpp"
#include "diagram/ladder_text.hpp"
#include "support/timelines.hpp"
#include "support/traces.hpp"
#include "util/text.hpp"

namespace lab::diagram {
namespace {

using draw::Detail;
using draw::Page;
using draw::Text;
using ::testing::HasSubstr;

// Words, one blank between two, wherever a medium has broken the lines.
std::string joined(std::string_view text) {
  std::string result;
  for (const std::string_view word : words(text)) result.append(word).append(" ");
  return result;
}

std::string plain(const Text& text) {
  std::string result;
  for (const draw::Span& span : text) result += span.text;
  return joined(result);
}

// What is written beside the lanes of a page; posts and line breaks are not.
std::string words_on_page(const Timeline& timeline) {
  std::ostringstream out;
  Page page(out, {false, 120, true});
  draw_ladder(page, timeline, Detail::usual);
  std::string text = out.str();
  for (const char* glyph : {"│", "●", "┊"})
    for (std::size_t at = 0; (at = text.find(glyph, at)) != std::string::npos;)
      text.replace(at, std::string_view(glyph).size(), " ");
  for (char& byte : text)
    if (byte == '\n') byte = ' ';
  return joined(text);
}

std::string words_in_svg(const Timeline& timeline) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(ladder_svg(timeline, {.width = 1000}).c_str(),
                                   pugi::parse_default | pugi::parse_ws_pcdata));
  std::string text;
  for (const auto& found : document.select_nodes("//text")) {
    for (const auto& span : found.node().select_nodes(".//tspan"))
      text += span.node().text().as_string();
    text += ' ';
  }
  return joined(text);
}

// All that the rows say, apart from titles of checks, which the page sets out in columns.
struct Collector {
  std::vector<std::string> said;
  void add(const Text& text) { said.push_back(plain(text)); }
  void add(const std::vector<Words>& all) {
    for (const Words& words : all) add(words.text);
  }
  void operator()(const StepRow& row) {
    add(row.text);
    add(row.below);
  }
  void operator()(const FailedChecks& row) {
    for (const Check* check : row.checks) said.push_back(joined(check->seen));
    said.push_back(joined(row.place));
  }
  void operator()(const HoldRow& row) { add(row.label); }
  void operator()(const ArrowRow& row) {
    add(row.label);
    add(row.arrival);
  }
  void operator()(const CrossRow& row) {
    (*this)(row.first);
    (*this)(row.second);
  }
  void operator()(const CollapsedRow& row) { said.push_back(joined(row.text)); }
  void operator()(const Words& row) { add(row.text); }
  void operator()(const UnseenRow& row) { add(row.words); }
};

std::vector<std::string> said_in(const Timeline& timeline) {
  const Ladder ladder = ladder_of(timeline, draw::glyphs_of(true));
  Collector collector;
  for (const LadderRow& row : ladder.rows) std::visit(collector, row);
  for (const draw::Span& remark : ladder.remarks) collector.said.push_back(joined(remark.text));
  return collector.said;
}

void expect_both_say_all(const Timeline& timeline) {
  const std::string page = words_on_page(timeline), svg = words_in_svg(timeline);
  const auto said = said_in(timeline);
  ASSERT_GT(said.size(), 5u);
  for (const std::string& words : said) {
    EXPECT_THAT(page, HasSubstr(words));
    EXPECT_THAT(svg, HasSubstr(words));
  }
}

TEST(Ladder, SaysTheSameAsTextAndAsSvgOfASimultaneousOpen) {
  expect_both_say_all(testing::simopen());
}

TEST(Ladder, SaysTheSameAsTextAndAsSvgOfAFailedCheck) {
  expect_both_say_all(testing::no_listen_failing());
}

TEST(Ladder, SaysTheSameAsTextAndAsSvgOfARefusalWithItsTrace) {
  expect_both_say_all(testing::refused_with_trace());
}

TEST(Ladder, SaysInSvgTooWhyACheckWasNotObserved) {
  Timeline timeline = testing::refused_with_trace();
  ASSERT_FALSE(timeline.steps.empty());
  Check check;
  check.title = "packets at b";
  check.witnesses = Witness::packets;
  check.outcome = Outcome::not_observed;
  check.seen = "no capture here";
  timeline.steps[0].checks = {check};
  EXPECT_THAT(words_on_page(timeline), HasSubstr("○ packets: no capture here"));
  EXPECT_THAT(words_in_svg(timeline), HasSubstr("○ packets: no capture here"));
}

TEST(Ladder, SaysTheCauseOfAFailureAsTextAndAsSvg) {
  Timeline timeline = testing::no_listen_failing();
  std::size_t failed = 0;
  for (StepRecord& step : timeline.steps)
    for (Check& check : step.checks)
      if (check.outcome == Outcome::fail) {
        check.cause = "nobody listens there";
        ++failed;
      }
  ASSERT_GT(failed, 0u);
  EXPECT_THAT(words_on_page(timeline), HasSubstr("cause nobody listens there"));
  EXPECT_THAT(words_in_svg(timeline), HasSubstr("cause nobody listens there"));
}

}  // namespace
}  // namespace lab::diagram
