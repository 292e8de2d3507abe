// SPDX-License-Identifier: MIT
//
// Scripts in a microVM, whose processor may be emulated: some ten times slower than a real one,
// with timers that come late. A script that it is too slow for is not observed, never a failure.
#include <gmock/gmock.h>

#include "program.hpp"

namespace lab::test {
namespace {

using testing::AnyOf;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;

constexpr int passed = 0, not_observed = 3;

Ran play(const std::string& script) {
  Ran ran = run({ORCHESTRATOR, "run", SCRIPTS "/" + script, "--where", "vm", "--kernel", KERNEL,
                 "--color", "never"});
  ran.out += ran.err;
  return ran;
}

// As often as this machine is too slow for it.
Ran play_until_observed(const std::string& script) {
  constexpr int most = 5;
  Ran ran = play(script);
  for (int i = 1; i < most && ran.status == not_observed; ++i) ran = play(script);
  return ran;
}

TEST(ScriptsInAGuest, ArePlayed) {
  const Ran ran = play_until_observed("server-close.pkt");
  EXPECT_EQ(ran.status, passed) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("server-close ipv4: PASS"));
}

TEST(ScriptsInAGuest, HaveTheProgramsOfTheirCommands) {
  const Ran ran = play_until_observed("guest-commands.pkt");
  EXPECT_EQ(ran.status, passed) << ran.out;
}

TEST(ScriptsInAGuest, WithGapsThatItIsTooSlowForNeverFail) {
  for (int i = 0; i < 3; ++i) {
    const Ran ran = play("short-gaps.pkt");
    EXPECT_THAT(ran.status, AnyOf(Eq(passed), Eq(not_observed))) << ran.out;
    EXPECT_THAT(ran.out, Not(HasSubstr("FAIL")));
  }
}

TEST(ScriptsInAGuest, WithPythonAreNotObserved) {
  const Ran ran = play("python-code.pkt");
  EXPECT_EQ(ran.status, not_observed) << ran.out;
  EXPECT_THAT(ran.out, AnyOf(HasSubstr("it needs python3"), HasSubstr("late")));
}

}  // namespace
}  // namespace lab::test
