// SPDX-License-Identifier: MIT
#include "persist/process.hpp"

#include <gmock/gmock.h>

#include "unit/persist/world.hpp"
#include "util/error.hpp"

namespace lab::persist {
namespace {

TEST(Process, IsRecognizedByItsStartTime) {
  const Sleeper sleeper;
  EXPECT_TRUE(open_process(sleeper.process()));
  EXPECT_FALSE(open_process({sleeper.process().pid, sleeper.process().start + 1}));
  EXPECT_FALSE(open_process({}));
  EXPECT_EQ(stat_of(sleeper.process().pid)->parent, ::getpid());
}

TEST(Process, IsAskedToEnd) {
  Sleeper sleeper;
  end_process(sleeper.process(), std::chrono::seconds(10));
  EXPECT_EQ(sleeper.ended_by(), SIGTERM);
}

TEST(Process, IsKilledIfItDoesNotEnd) {
  Sleeper sleeper(true);
  end_process(sleeper.process(), std::chrono::milliseconds(1));
  EXPECT_EQ(sleeper.ended_by(), SIGKILL);
}

TEST(Process, IsLeftAloneIfItStartedAtAnotherTime) {
  Sleeper sleeper;
  Process other = sleeper.process();
  ++other.start;
  end_process(other, std::chrono::milliseconds(1));
  EXPECT_TRUE(open_process(sleeper.process()));
}

TEST(Process, LivesInANamespace) {
  SKIP_WITHOUT_ROOT();
  const Namespace space = Namespace::create("a");
  EXPECT_TRUE(inhabitants_of(space.inode()).empty()) << "it is held open, and nobody is in it";
  const Sleeper sleeper(space);
  const auto inhabitants = inhabitants_of(space.inode());
  ASSERT_EQ(inhabitants.size(), 1u);
  EXPECT_EQ(inhabitants[0].process, sleeper.process());
  EXPECT_EQ(inhabitants[0].session, ::getsid(0));
}

}  // namespace
}  // namespace lab::persist
