// SPDX-License-Identifier: MIT
#include "persist/lab.hpp"

#include <gmock/gmock.h>

#include "unit/persist/world.hpp"
#include "util/error.hpp"

namespace lab::persist {
namespace {

using testing::HasSubstr;

class LabFile : public World {
 protected:
  Lab example() const {
    Lab lab = lab_of("example", Namespace::current());
    lab.variant = "outside";
    lab.verdict = "pass";
    lab.made = 1'700'000'000'123'456'789;
    lab.links = {{"a:eth0", "b:eth0"}};
    lab.sockets = {{"srv", "a", 0xffff'ffff'ffff, "0.0.0.0:80", ""}};
    lab.programs = {{"ncat", "a", "ncat -l 80"}};
    return lab;
  }
};

TEST_F(LabFile, KeepsEverything) {
  write_state(place_, example());
  const auto files = read_states(place_);
  ASSERT_EQ(files.size(), 1u);
  ASSERT_TRUE(files[0].lab) << files[0].why_not;
  const Lab& lab = *files[0].lab;
  EXPECT_EQ(lab.name, "example");
  EXPECT_EQ(lab.made, example().made);
  EXPECT_EQ(lab.keeper, this_process());
  EXPECT_EQ(lab.boot, boot_id());
  EXPECT_EQ(lab.variant, "outside");
  EXPECT_EQ(lab.links, example().links);
  ASSERT_EQ(lab.sockets.size(), 1u);
  EXPECT_EQ(lab.sockets[0].cookie, 0xffff'ffff'ffff);
  ASSERT_EQ(lab.programs.size(), 1u);
  EXPECT_EQ(lab.programs[0].command, "ncat -l 80");
  ASSERT_NE(lab.host("a"), nullptr);
  EXPECT_EQ(lab.host("a")->inode, Namespace::current().inode());
  EXPECT_EQ(lab.host("b"), nullptr);
}

TEST_F(LabFile, IsNeverOverwritten) {
  write_state(place_, example());
  try {
    write_state(place_, example());
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("clean example"));
  }
}

TEST_F(LabFile, IsReportedIfItCannotBeRead) {
  write(place_.states + "/cut.json", "{\"schema\": 1, \"na");
  write(place_.states + "/later.json", "{\"schema\": 99}");
  const auto files = read_states(place_);
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].name, "cut");
  EXPECT_FALSE(files[0].lab);
  EXPECT_THAT(files[0].why_not, HasSubstr("cut.json"));
  EXPECT_THAT(files[1].why_not, HasSubstr("schema 99"));
}

TEST_F(LabFile, CannotBeReadWithANameThatLeadsElsewhere) {
  Lab lab = example();
  lab.hosts.at(0).netns = "../../etc/passwd";
  write_state(place_, lab);
  lab = example();
  lab.name = "other";
  lab.hosts.at(0).name = "../a";
  write_state(place_, lab);
  const auto files = read_states(place_);
  ASSERT_EQ(files.size(), 2u);
  for (const StateFile& file : files) {
    EXPECT_FALSE(file.lab) << file.name;
    EXPECT_THAT(file.why_not, HasSubstr("cannot be part of a path")) << file.name;
  }
}

TEST_F(LabFile, IsOnlyWrittenIntoItsFolder) {
  Lab lab = example();
  lab.name = "../outside";
  EXPECT_THROW(write_state(place_, lab), UsageError);
  EXPECT_THROW(state_path(place_, "../outside"), UsageError);
}

TEST_F(LabFile, IsNotFoundWithoutAFolder) { EXPECT_TRUE(read_states(place_).empty()); }

TEST(LabName, IsAHarmlessFileName) {
  for (const char* good : {"simopen", "a", "0", "rst-in_window.2", "X1"})
    EXPECT_NO_THROW(require_lab_name(good)) << good;
  for (const char* bad : {"", "-a", ".a", "a/b", "a b", "ä", "..", "a\n"})
    EXPECT_THROW(require_lab_name(bad), UsageError) << bad;
  EXPECT_THROW(require_lab_name(std::string(61, 'x')), UsageError);
  EXPECT_EQ(netns_name("simopen", "a"), "lab-simopen-a");
}

}  // namespace
}  // namespace lab::persist
