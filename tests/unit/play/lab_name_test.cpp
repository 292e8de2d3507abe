// SPDX-License-Identifier: MIT
//
// The names of kept labs.
#include <gmock/gmock.h>

#include "play/play_list.hpp"

namespace lab::play {
namespace {

Play play(const std::string& name, Family family, const std::string& variant = "") {
  auto scenario = std::make_shared<scenario::Scenario>();
  scenario->name = name;
  scenario->variant = variant;
  return {scenario, family, ""};
}

Options keep(const std::string& name = "") {
  Options options;
  options.keep = name;
  return options;
}

TEST(LabName, IsTheScenariosNameForOnePlay) {
  const std::vector<Play> one{play("simopen", Family::inet)};
  EXPECT_EQ(lab_name(keep(), one, one[0]), "simopen");
  EXPECT_EQ(lab_name(keep("mine"), one, one[0]), "mine");
}

TEST(LabName, DiffersForEachOfSeveralPlays) {
  const std::vector<Play> plays{play("simopen", Family::inet), play("simopen", Family::inet6),
                                play("rst", Family::inet, "outside")};
  EXPECT_EQ(lab_name(keep(), plays, plays[0]), "simopen-ipv4");
  EXPECT_EQ(lab_name(keep(), plays, plays[1]), "simopen-ipv6");
  EXPECT_EQ(lab_name(keep(), plays, plays[2]), "rst-ipv4-outside");
  EXPECT_EQ(lab_name(keep("mine"), plays, plays[2]), "mine-rst-ipv4-outside");
}

TEST(LabName, IgnoresPlaysThatAreSkipped) {
  std::vector<Play> plays{play("simopen", Family::inet), play("simopen", Family::inet6)};
  plays[1].skip = "not for this family";
  EXPECT_EQ(lab_name(keep(), plays, plays[0]), "simopen");
}

}  // namespace
}  // namespace lab::play
