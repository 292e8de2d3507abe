// SPDX-License-Identifier: MIT
#include "persist/kept_labs.hpp"

#include <gmock/gmock.h>

#include "persist/clean.hpp"
#include "unit/persist/world.hpp"
#include "util/error.hpp"

namespace lab::persist {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Is = NamedHost::Is;

class KeptLab : public World {
 protected:
  // The only one there is.
  Found found() const {
    std::vector<Found> all = find_all(place_);
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? Found{} : std::move(all[0]);
  }
  void expect_nothing_left() const {
    EXPECT_TRUE(find_all(place_).empty());
    EXPECT_TRUE(list_names(place_).empty());
    EXPECT_TRUE(read_states(place_).empty());
  }
};

TEST_F(KeptLab, HasAllItsParts) {
  SKIP_WITHOUT_ROOT();
  const Namespace space = Namespace::create("a");
  keep(lab_of("simopen", space), space);
  const Found lab = found();
  EXPECT_EQ(lab.name, "simopen");
  EXPECT_TRUE(lab.whole());
  ASSERT_EQ(lab.named_hosts.size(), 1u);
  EXPECT_EQ(lab.named_hosts[0].is, Is::present);
  EXPECT_THROW(require_free("simopen", place_), UsageError);
  EXPECT_NO_THROW(require_free("another", place_));
}

TEST_F(KeptLab, IsRemoved) {
  SKIP_WITHOUT_ROOT();
  const Namespace space = Namespace::create("a");
  Sleeper keeper;
  Lab lab = lab_of("simopen", space);
  lab.keeper = keeper.process();
  keep(lab, space);
  clean(found(), place_, false);
  EXPECT_EQ(keeper.ended_by(), SIGTERM);
  expect_nothing_left();
}

// Its keeper was killed after the file and before the names.
TEST_F(KeptLab, IsRemovedIfOnlyItsFileIsLeft) {
  SKIP_WITHOUT_ROOT();
  Lab lab = lab_of("simopen", Namespace::create("a"));
  lab.keeper = {1, 1};  // process 1 did not start then
  write_state(place_, lab);
  const Found half = found();
  EXPECT_FALSE(half.whole());
  EXPECT_FALSE(half.keeper_lives);
  EXPECT_EQ(half.named_hosts[0].is, Is::missing);
  clean(half, place_, false);
  expect_nothing_left();
}

TEST_F(KeptLab, IsRemovedIfOnlyItsNamesAreLeft) {
  SKIP_WITHOUT_ROOT();
  const Namespace space = Namespace::create("a");
  keep(lab_of("simopen", space), space);
  std::filesystem::remove(state_path(place_, "simopen"));
  write(place_.names + "/lab-simopen-b", to_text({"simopen", "b"}));
  const Found stray = found();
  EXPECT_EQ(stray.name, "simopen");
  EXPECT_FALSE(stray.lab);
  ASSERT_EQ(stray.named_hosts.size(), 2u);
  EXPECT_EQ(stray.named_hosts[0].is, Is::present);
  EXPECT_EQ(stray.named_hosts[1].is, Is::empty);
  clean(stray, place_, false);
  expect_nothing_left();
}

TEST_F(KeptLab, IsRemovedIfItsFileCannotBeRead) {
  SKIP_WITHOUT_ROOT();
  write(state_path(place_, "simopen"), "{");
  EXPECT_THAT(found().why_not, HasSubstr("simopen.json"));
  clean(found(), place_, false);
  expect_nothing_left();
}

// The name now belongs to another namespace.
TEST_F(KeptLab, LeavesForeignNamesAlone) {
  SKIP_WITHOUT_ROOT();
  const Namespace ours = Namespace::create("ours"), theirs = Namespace::create("theirs");
  Lab lab = lab_of("simopen", ours);
  lab.keeper = {1, 1};
  write_state(place_, lab);
  give_name(place_, "lab-simopen-a", theirs, {"simopen", "a"});
  const Found mixed = found();
  EXPECT_EQ(mixed.named_hosts[0].is, Is::foreign);
  EXPECT_THAT(mixed.named_hosts[0].why, HasSubstr(std::to_string(theirs.inode())));
  EXPECT_THAT(plan_to_clean(mixed, false), testing::Contains(HasSubstr("LEAVE lab-simopen-a")));
  clean(mixed, place_, true);
  EXPECT_EQ(look_at_name(place_, "lab-simopen-a")->inode, theirs.inode());
  EXPECT_TRUE(read_states(place_).empty());
}

// The same inode number without a mark: it was reused.
TEST_F(KeptLab, NeedsMoreThanANamespaceNumber) {
  SKIP_WITHOUT_ROOT();
  const Namespace space = Namespace::create("a");
  Lab lab = lab_of("simopen", space);
  lab.keeper = {1, 1};
  write_state(place_, lab);
  give_name(place_, "lab-simopen-a", space, {"simopen", "a"});
  EXPECT_EQ(found().named_hosts[0].is, Is::foreign);
}

TEST_F(KeptLab, EndsWithABoot) {
  SKIP_WITHOUT_ROOT();
  const Namespace space = Namespace::create("a");
  Sleeper somebody;  // who has the keeper's number and start now
  Lab lab = lab_of("simopen", space);
  lab.boot = "another";
  lab.keeper = somebody.process();
  write_state(place_, lab);
  give_name(place_, "lab-simopen-a", space, {"simopen", "a"});
  EXPECT_FALSE(found().this_boot);
  EXPECT_EQ(found().named_hosts[0].is, Is::foreign);
  clean(found(), place_, false);
  EXPECT_TRUE(open_process(somebody.process())) << "a process of this boot was ended";
}

TEST_F(KeptLab, IsNotRemovedWhileAForeignProgramIsInAHost) {
  SKIP_WITHOUT_ROOT();
  const Namespace space = Namespace::create("a");
  Lab lab = lab_of("simopen", space);
  Sleeper keeper, stranger(space);
  lab.keeper = keeper.process();
  keep(lab, space);
  const Found inhabited = found();
  ASSERT_EQ(inhabited.residents.size(), 1u);
  EXPECT_FALSE(inhabited.residents[0].by_lab);
  const std::string why = why_left(inhabited, false);
  EXPECT_THAT(why, HasSubstr(std::to_string(stranger.process().pid)));
  EXPECT_THAT(why, HasSubstr("--force"));
  EXPECT_EQ(why_left(inhabited, true), "");
  clean(inhabited, place_, true);
  EXPECT_EQ(stranger.ended_by(), SIGTERM);
  expect_nothing_left();
}

TEST_F(KeptLab, OwnsTheProgramsOfItsKeepersSession) {
  SKIP_WITHOUT_ROOT();
  const Namespace space = Namespace::create("a");
  Lab lab = lab_of("simopen", space);
  const pid_t session = ::getsid(0);
  const auto leader = stat_of(session);
  if (!leader) GTEST_SKIP() << "the leader of this session has ended";
  lab.keeper = {session, leader->start};
  const Sleeper program(space);
  keep(lab, space);
  ASSERT_EQ(found().residents.size(), 1u);
  EXPECT_TRUE(found().residents[0].by_lab);
  EXPECT_EQ(why_left(found(), false), "");
}

Found with_hosts(const std::string& name, const std::vector<std::string>& hosts) {
  Found found;
  found.name = name;
  for (const std::string& host : hosts)
    found.named_hosts.push_back({netns_name(name, host), host, Is::present, "", 7});
  return found;
}

std::string mistake(const std::vector<Found>& all, const std::vector<std::string>& words) {
  try {
    choose_host(all, words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(ChooseHost, NeedsNoLabIfThereIsOnlyOne) {
  const std::vector<Found> one{with_hosts("simopen", {"a", "b"})};
  const HostChoice choice = choose_host(one, {"b", "ip", "link"});
  EXPECT_EQ(choice.host->name, "lab-simopen-b");
  EXPECT_THAT(choice.rest, ElementsAre("ip", "link"));
  EXPECT_THAT(choose_host(one, {"simopen", "a", "ss"}).rest, ElementsAre("ss"));
  EXPECT_THAT(mistake(one, {"c"}), HasSubstr("a, b"));
  EXPECT_THAT(mistake(one, {"simopen"}), HasSubstr("which host"));
  EXPECT_THAT(mistake(one, {"simopen", "c"}), HasSubstr("a, b"));
  EXPECT_THAT(mistake(one, {}), HasSubstr("simopen"));
}

TEST(ChooseHost, NeedsTheLabIfThereAreSeveral) {
  const std::vector<Found> two{with_hosts("one", {"a"}), with_hosts("two", {"a", "client"})};
  EXPECT_EQ(choose_host(two, {"two", "a"}).host->name, "lab-two-a");
  EXPECT_THAT(mistake(two, {"a", "ss"}), HasSubstr("one, two"));
  EXPECT_THAT(mistake(two, {"two", "clint"}), HasSubstr("did you mean client"));
  EXPECT_THAT(mistake(two, {"tow", "a"}), HasSubstr("two"));
}

TEST(ChooseHost, SaysHowToKeepALabIfThereIsNone) {
  EXPECT_THAT(mistake({}, {"a"}), HasSubstr("--keep"));
  EXPECT_TRUE(choose_labs({}, {}).empty());
  EXPECT_THROW(choose_labs({}, {"simopen"}), UsageError);
}

}  // namespace
}  // namespace lab::persist
