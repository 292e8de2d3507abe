// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <ctime>

#include "util/clock.hpp"

namespace lab {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Deadline, HasNotPassedWhileItLiesAhead) {
  const Deadline deadline(hours(1));
  EXPECT_FALSE(deadline.passed());
  EXPECT_GT(deadline.poll_timeout(), 0);
}

TEST(Deadline, LeavesPollNoTimeOncePassed) {
  for (const Deadline& deadline : {Deadline(milliseconds(0)), Deadline(milliseconds(-500))}) {
    EXPECT_TRUE(deadline.passed());
    EXPECT_EQ(deadline.poll_timeout(), 0);
  }
}

// Otherwise poll(2) would get 0 in the last millisecond, and the caller would spin.
TEST(Deadline, RoundsUpSoThatPollReachesIt) {
  const Deadline deadline(milliseconds(1));
  const int timeout = deadline.poll_timeout();
  EXPECT_TRUE(timeout == 1 || deadline.passed());
}

TEST(Deadline, FitsIntoAnIntForPoll) {
  EXPECT_EQ(Deadline(hours(24 * 365)).poll_timeout(), 1'000'000);
}

TEST(Now, UsesTheClockOfPacketTimestamps) {
  timespec before{}, after{};
  clock_gettime(CLOCK_REALTIME, &before);
  const Timestamp stamp = now();
  clock_gettime(CLOCK_REALTIME, &after);
  EXPECT_GE(stamp, before.tv_sec * 1'000'000'000LL + before.tv_nsec);
  EXPECT_LE(stamp, after.tv_sec * 1'000'000'000LL + after.tv_nsec);
}

}  // namespace
}  // namespace lab
