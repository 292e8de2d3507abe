// SPDX-License-Identifier: MIT
#include "persist/netns_names.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "unit/persist/world.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::persist {
namespace {

TEST(Mark, NamesItsHostAndLab) {
  const Mark mark{"simopen", "a"};
  EXPECT_EQ(to_text(mark), "tcp-lookup-lab: host a of lab simopen");
  EXPECT_EQ(mark_from(to_text(mark)), mark);
  for (const char* other :
       {"", "lab-simopen-a", "tcp-lookup-lab", "tcp-lookup-lab: host a of lab",
        "tcp-lookup-lab: host a of lab simopen and more", "tcp-lookup-lab:  host a of lab simopen"})
    EXPECT_EQ(mark_from(other), std::nullopt) << other;
}

TEST(Mark, IsRefusedWithNamesThatLeadElsewhere) {
  EXPECT_EQ(mark_from("tcp-lookup-lab: host a of lab ../../etc/x"), std::nullopt);
  EXPECT_EQ(mark_from("tcp-lookup-lab: host ../a of lab simopen"), std::nullopt);
}

class Names : public World {};

TEST_F(Names, NeverLeadOutOfTheirFolder) {
  write(place_.names + "/inside", "");
  const std::string outside = place_.names + "/../outside";
  write(outside, "precious");
  EXPECT_THROW(take_name(place_, "../outside"), UsageError);
  EXPECT_EQ(look_at_name(place_, "../outside"), std::nullopt);
  EXPECT_EQ(read_file(outside), "precious");
  EXPECT_THROW(give_name(place_, "../new", Namespace::current(), {"simopen", "a"}), UsageError);
  EXPECT_EQ(::access((place_.names + "/../new").c_str(), F_OK), -1);
}

// As exec and capture open them. There is a namespace at the end of this path.
TEST_F(Names, AreNotOpenedOutsideOfTheirFolder) {
  write(place_.names + "/inside", "");
  const std::string own = std::filesystem::path("/proc/self/ns/net")
                              .lexically_relative(std::filesystem::canonical(place_.names));
  ASSERT_EQ(::access((place_.names + "/" + own).c_str(), F_OK), 0);
  EXPECT_THROW(open_name(place_, own), UsageError);
  EXPECT_THROW(open_name(place_, ""), UsageError);
  EXPECT_THROW(open_name(place_, "."), UsageError);
}

TEST_F(Names, LeadToTheNamespaceUntilTheyAreTaken) {
  SKIP_WITHOUT_ROOT();
  const Namespace space = Namespace::create("a");
  Netlink netlink(space);
  const Mark mark{"simopen", "a"};
  EXPECT_EQ(mark_of(space), std::nullopt) << "before it has any";
  set_mark(netlink, mark);
  give_name(place_, "lab-simopen-a", space, mark);
  const auto name = look_at_name(place_, "lab-simopen-a");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->inode, space.inode());
  EXPECT_EQ(name->mark, mark);
  EXPECT_EQ(open_name(place_, "lab-simopen-a").inode(), space.inode());
  EXPECT_EQ(list_names(place_).size(), 1u);

  take_name(place_, "lab-simopen-a");
  EXPECT_FALSE(look_at_name(place_, "lab-simopen-a"));
  EXPECT_NO_THROW(take_name(place_, "lab-simopen-a")) << "that is gone";
}

TEST_F(Names, AreNotTakenFromOthers) {
  SKIP_WITHOUT_ROOT();
  const Namespace space = Namespace::create("a");
  write(place_.names + "/lab-simopen-a", "");
  EXPECT_THROW(give_name(place_, "lab-simopen-a", space, {"simopen", "a"}), UsageError);
  const auto name = look_at_name(place_, "lab-simopen-a");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->inode, std::nullopt);
  EXPECT_EQ(name->mark, std::nullopt);
}

// The leftover of a process that is killed between the file and the mount.
TEST_F(Names, HaveTheMarkAsTextWithoutANamespace) {
  SKIP_WITHOUT_ROOT();
  write(place_.names + "/x", to_text({"simopen", "a"}));
  const auto name = look_at_name(place_, "x");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->inode, std::nullopt);
  EXPECT_EQ(name->mark, (Mark{"simopen", "a"}));
}

TEST_F(Names, HaveNoMarkIfTheyAreForeign) {
  SKIP_WITHOUT_ROOT();
  give_name(place_, "lab-simopen-a", Namespace::create("somebody's"), {"simopen", "a"});
  EXPECT_EQ(look_at_name(place_, "lab-simopen-a")->mark, std::nullopt)
      << "the namespace counts, and not what it is called";
}

}  // namespace
}  // namespace lab::persist
