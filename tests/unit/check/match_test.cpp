// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "check/match.hpp"

namespace lab::check {
namespace {

using testing::Contains;
using testing::ElementsAre;

TEST(Match, PairsMatchingItems) {
  EXPECT_THAT(match(2, 2, [](auto e, auto s) { return e != s; }), ElementsAre(1, 0));
}

// 0 fits both, 1 fits only seen 0: 0 must give way although it came first.
TEST(Match, ReassignsAPartnerToAnItemWithoutAChoice) {
  EXPECT_THAT(match(2, 2, [](auto e, auto s) { return e == 0 || s == 0; }), ElementsAre(1, 0));
}

TEST(Match, LeavesTheRestUnmatched) {
  EXPECT_THAT(match(1, 3, [](auto, auto) { return true; }), Contains(unmatched).Times(2));
  EXPECT_THAT(match(3, 1, [](auto, auto) { return false; }), ElementsAre(unmatched));
  EXPECT_THAT(match(0, 0, [](auto, auto) { return true; }), testing::IsEmpty());
}

}  // namespace
}  // namespace lab::check
