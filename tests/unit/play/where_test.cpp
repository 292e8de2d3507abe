// SPDX-License-Identifier: MIT
#include "play/where.hpp"

#include <gmock/gmock.h>

#include "util/error.hpp"

namespace lab::play {
namespace {

using testing::HasSubstr;

const Facts loaded{.module_loaded = true, .no_vm = "", .release = "6.1.0-56-cloud-amd64"};
const Facts not_loaded{.module_loaded = false, .no_vm = "", .release = "6.1.0-56-cloud-amd64"};
const Facts nothing{.module_loaded = false, .no_vm = "no QEMU: apt-get install it", .release = ""};

TEST(Where, IsHereIfTheModuleIsLoaded) {
  EXPECT_EQ(decide(Where::automatic, loaded).where, Where::here);
  EXPECT_THAT(decide(Where::automatic, loaded).why, HasSubstr("is loaded"));
}

TEST(Where, IsAMicroVmIfTheModuleIsNotLoaded) {
  EXPECT_EQ(decide(Where::automatic, not_loaded).where, Where::vm);
  EXPECT_THAT(announcement(decide(Where::automatic, not_loaded), not_loaded),
              testing::AllOf(HasSubstr("microVM"), HasSubstr("6.1.0-56-cloud-amd64"),
                             HasSubstr("not loaded")));
}

TEST(Where, IsHereWithoutTheModuleAsALastResort) {
  EXPECT_EQ(decide(Where::automatic, nothing).where, Where::here);
  EXPECT_THAT(decide(Where::automatic, nothing).why,
              testing::AllOf(HasSubstr("without the module"), HasSubstr("no QEMU")));
}

TEST(Where, IsAMicroVmForAProgramThatIsNotTheLabsOwn) {
  Facts foreign = loaded;
  foreign.foreign_program = "x.yaml:7 runs ./server";
  EXPECT_EQ(decide(Where::automatic, foreign).where, Where::vm);
  EXPECT_THAT(decide(Where::automatic, foreign).why, HasSubstr("x.yaml:7 runs ./server"));
}

TEST(Where, RefusesToRunAProgramThatIsNotTheLabsOwnHereUnlessAsked) {
  for (Facts foreign : {loaded, nothing}) {
    foreign.no_vm = "no QEMU: apt-get install it";
    foreign.foreign_program = "x.yaml:7 runs ./server";
    EXPECT_THAT(
        [&] { decide(Where::automatic, foreign); },
        testing::ThrowsMessage<EnvironmentError>(testing::AllOf(
            HasSubstr("x.yaml:7 runs ./server"), HasSubstr("no QEMU"), HasSubstr("--where here"))));
    EXPECT_EQ(decide(Where::here, foreign).where, Where::here);
  }
}

TEST(Where, IsWhatTheUserChooses) {
  EXPECT_EQ(decide(Where::here, not_loaded).where, Where::here);
  EXPECT_EQ(decide(Where::vm, loaded).where, Where::vm);
}

TEST(Where, IsAMicroVmOfTheArchitectureThatIsAskedFor) {
  Facts other = loaded;
  other.other_architecture = "arm64";
  for (const Where asked : {Where::automatic, Where::vm}) {
    EXPECT_EQ(decide(asked, other).where, Where::vm);
    EXPECT_EQ(decide(asked, other).why, "arm64 was asked for");
  }
  EXPECT_THAT([&] { decide(Where::here, other); },
              testing::ThrowsMessage<UsageError>(HasSubstr("this kernel is not of arm64")));
  EXPECT_THROW(decide_to_keep(Where::automatic, other), UsageError);
  other.no_vm = "no QEMU: apt-get install it";
  EXPECT_THAT([&] { decide(Where::automatic, other); },
              testing::ThrowsMessage<EnvironmentError>(HasSubstr("no QEMU")));
}

TEST(Where, RefusesAMicroVmThatCannotBoot) {
  EXPECT_THROW(decide(Where::vm, nothing), EnvironmentError);
}

// As an ordinary user.
Facts as_user(const Facts& facts) {
  Facts user = facts;
  user.privileged = false;
  if (!facts.module_loaded) user.no_module_there = "tcp_lookup.ko is not loaded in this kernel";
  return user;
}
Facts without_user_namespaces(const Facts& facts) {
  Facts user = as_user(facts);
  user.no_user_namespace = "sysctl user.max_user_namespaces is 0";
  return user;
}

TEST(WhereWithoutRoot, IsAUserNamespaceForHere) {
  const Facts facts = as_user(not_loaded);
  const Decision decision = decide(Where::here, facts);
  EXPECT_EQ(decision.where, Where::here);
  EXPECT_TRUE(decision.user_namespace);
  EXPECT_THAT(announcement(decision, facts),
              testing::AllOf(HasSubstr("in your own user namespace (no root)"),
                             HasSubstr("chosen by --where here"), HasSubstr("not the module"),
                             HasSubstr("is not loaded")));
  EXPECT_FALSE(decide(Where::here, not_loaded).user_namespace) << "root needs none";
}

TEST(WhereWithoutRoot, IsHereIfTheModuleCanBeReadThere) {
  const Decision decision = decide(Where::automatic, as_user(loaded));
  EXPECT_EQ(decision.where, Where::here);
  EXPECT_TRUE(decision.user_namespace);
  EXPECT_THAT(announcement(decision, as_user(loaded)), HasSubstr("and the module"));
}

TEST(WhereWithoutRoot, IsAMicroVmIfTheModuleCannotBeReadThere) {
  EXPECT_EQ(decide(Where::automatic, as_user(not_loaded)).where, Where::vm);
  Facts hidden = as_user(loaded);
  hidden.no_module_there = "it may not be read";
  EXPECT_EQ(decide(Where::automatic, hidden).where, Where::vm);
  EXPECT_THAT(decide(Where::automatic, hidden).why, HasSubstr("needs no root"));
  EXPECT_EQ(decide(Where::automatic, without_user_namespaces(loaded)).where, Where::vm);
}

TEST(WhereWithoutRoot, IsAUserNamespaceAsALastResort) {
  const Decision decision = decide(Where::automatic, as_user(nothing));
  EXPECT_EQ(decision.where, Where::here);
  EXPECT_TRUE(decision.user_namespace);
  EXPECT_THAT(decision.why, HasSubstr("no QEMU"));
}

TEST(WhereWithoutRoot, NamesTheRemediesWithoutUserNamespaces) {
  for (const Where asked : {Where::here, Where::automatic}) try {
      decide(asked, without_user_namespaces(nothing));
      ADD_FAILURE() << "it was decided";
    } catch (const EnvironmentError& error) {
      EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("sudo"), HasSubstr("--where vm"),
                                               HasSubstr("max_user_namespaces is 0")));
    }
}

TEST(WhereToKeep, IsHereAndNeedsRoot) {
  EXPECT_EQ(decide_to_keep(Where::automatic, not_loaded).where, Where::here);
  EXPECT_THAT(decide_to_keep(Where::automatic, not_loaded).why, HasSubstr("--keep"));
  EXPECT_EQ(decide_to_keep(Where::here, nothing).where, Where::here);
  EXPECT_THROW(decide_to_keep(Where::vm, loaded), UsageError);
  EXPECT_THROW(decide_to_keep(Where::here, as_user(loaded)), EnvironmentError);
}

}  // namespace
}  // namespace lab::play
