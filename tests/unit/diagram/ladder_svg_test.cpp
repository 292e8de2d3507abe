// SPDX-License-Identifier: MIT
//
// The ladder in SVG, read back as XML; its looks are in report_golden_test.cpp.
#include "diagram/ladder_svg.hpp"

#include <gmock/gmock.h>

#include <pugixml.hpp>
#include <sstream>

#include "support/timelines.hpp"
#include "support/traces.hpp"

namespace lab::diagram {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::segment;
using testing::Story;

class Svg {
 public:
  explicit Svg(const Timeline& timeline, const LadderSvgSettings& settings = {})
      : text(ladder_svg(timeline, settings)) {
    const auto parsed = document_.load_string(text.c_str());
    EXPECT_TRUE(parsed) << parsed.description();
  }
  std::size_t count(const char* query) const { return document_.select_nodes(query).size(); }
  std::string first(const char* query) const {
    return document_.select_node(query).node().text().as_string();
  }
  std::string attribute(const char* query, const char* name) const {
    return document_.select_node(query).node().attribute(name).as_string();
  }
  double width() const {
    std::istringstream box(document_.child("svg").attribute("viewBox").as_string());
    double x = 0, y = 0, wide = 0;
    box >> x >> y >> wide;
    return wide;
  }

  const std::string text;

 private:
  pugi::xml_document document_;
};

TEST(LadderSvg, HasAHeadForEachArrowAndATooltipForEachMessage) {
  const Svg svg(testing::refused_with_trace());
  EXPECT_EQ(svg.count("//g[starts-with(@class, 'message')]"), 2u);
  EXPECT_EQ(svg.count("//path[@class='head']"), 2u);
  EXPECT_THAT(svg.first("//g[@data-message='0']/title"),
              HasSubstr("client:40000 > server:8888 S, on the wire: seq 7000 win 0 len 0"));
}

TEST(LadderSvg, NamesFunctionsSoThatAPageFindsThem) {
  const Svg plain(testing::refused_with_trace());
  EXPECT_EQ(plain.count("//tspan[@data-function='tcp_v4_send_reset']"), 1u);
  EXPECT_EQ(plain.count("//a"), 0u);
  LadderSvgSettings settings;
  settings.href = [](std::string_view function) {
    return function == "tcp_v4_send_reset" ? "https://example.org/?a=1&b=<2>" : "";
  };
  const Svg linked(testing::refused_with_trace(), settings);
  EXPECT_EQ(linked.count("//a"), 1u);
  EXPECT_EQ(linked.count("//a[@href='https://example.org/?a=1&b=<2>']/tspan"), 1u);
}

TEST(LadderSvg, ShowsWhereASegmentWaits) {
  const Svg svg(testing::simopen());
  EXPECT_GT(svg.count("//circle[@class='waiting']"), 0u);
  EXPECT_EQ(svg.count("//line[@class='waits']"), 2u);
  EXPECT_EQ(svg.count("//circle[@class='state']"), 6u);
}

TEST(LadderSvg, EndsWhatIsLostWithACross) {
  Story story = testing::two_hosts();
  story.packet("a", "b", segment("10.0.0.1:1", "10.0.0.2:2", "S", 1000));
  story.timeline.packets.pop_back();
  const Svg svg(story.timeline);
  EXPECT_EQ(svg.count("//g[contains(@class, 'lost')]/path[@class='cross']"), 1u);
  EXPECT_EQ(svg.count("//path[@class='head']"), 0u);
}

TEST(LadderSvg, KeepsItsWidthUpToFourLanes) {
  Timeline run = testing::simopen();
  EXPECT_EQ(Svg(run).width(), 480);
  EXPECT_EQ(Svg(run, {.width = 800}).width(), 800);
  for (int i = 0; i < 6; ++i) run.hosts.push_back({"more" + std::to_string(i), {}, 10u});
  EXPECT_GT(Svg(run).width(), 480);
}

// A run of some seconds, and a scenario that waits long.
TEST(LadderSvg, HasRoomForTimesOfManyDigits) {
  Timeline run = testing::simopen();
  const auto first_lane = [](const Svg& svg) {
    return std::stod(svg.attribute("//line[@class='lane']", "x1"));
  };
  EXPECT_EQ(first_lane(Svg(run)), 64);
  for (Packet& packet : run.packets) packet.time += 45'000'000'000;
  run.trace.clear();
  EXPECT_GT(first_lane(Svg(run)), 9 * 7.25) << "45000.000 is nine letters wide";
}

TEST(LadderSvg, HasPaperBelowWordsWhereASegmentWaits) {
  const Svg svg(testing::simopen());
  EXPECT_GT(svg.count("//rect[@class='sheet'][not(@width='100%')]"), 0u);
  EXPECT_EQ(Svg(testing::refused_with_trace()).count("//rect[@class='sheet']"), 1u)
      << "nothing waits there";
}

// What a scenario is called, or sends, is text and no markup; and steers nothing.
TEST(LadderSvg, WritesMarkupAndControlCharactersAsText) {
  Timeline run = testing::simopen();
  run.steps[0].text = "send \"<script>alert(1)</script>\" & more \001";
  run.steps[1].text = "]]><x/>";
  const Svg svg(run);
  EXPECT_EQ(svg.count("//script"), 0u);
  EXPECT_THAT(svg.text, Not(HasSubstr("\001")));
}

TEST(LadderSvg, LoadsNothing) {
  const Svg svg(testing::simopen());
  EXPECT_THAT(svg.text, Not(HasSubstr("url(")));
  EXPECT_THAT(svg.text, Not(HasSubstr("@import")));
}

}  // namespace
}  // namespace lab::diagram
