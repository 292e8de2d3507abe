// SPDX-License-Identifier: MIT
#include "play/in_order.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace lab::play {
namespace {

class InOrderTest : public testing::Test {
 protected:
  static report::PlayResult result(const std::string& scenario) {
    report::PlayResult result;
    result.scenario = scenario;
    return result;
  }
  // What was told since the last call.
  std::string reported() { return std::exchange(reported_, ""); }

  std::string reported_;
  InOrder in_order_{{[this](std::string_view piece) { reported_ += piece; },
                     [this](const report::PlayResult& over, std::string_view json) {
                       reported_ += "[" + over.scenario + " " + std::string(json) + "]";
                     }}};
};

TEST_F(InOrderTest, PassesTextOfTheFirstAndHoldsThatOfLaterOnes) {
  in_order_.text(1, "b1 ");
  EXPECT_EQ(reported(), "");
  in_order_.text(0, "a1 ");
  EXPECT_EQ(reported(), "a1 ");
  in_order_.text(0, "a2 ");
  EXPECT_EQ(reported(), "a2 ");
  in_order_.over(0, result("a"));
  EXPECT_EQ(reported(), "[a ]b1 ");
  in_order_.text(1, "b2 ");
  EXPECT_EQ(reported(), "b2 ");
}

TEST_F(InOrderTest, HoldsAResultUntilEarlierPlaysAreOver) {
  in_order_.json(2, "{2}");
  in_order_.over(2, result("c"));
  in_order_.text(1, "b ");
  in_order_.over(1, result("b"));
  EXPECT_EQ(reported(), "");
  in_order_.over(0, result("a"));
  EXPECT_EQ(reported(), "[a ]b [b ][c {2}]");
}

TEST_F(InOrderTest, ReportsFinishedPlaysWhenItGivesUp) {
  in_order_.text(0, "a ");
  in_order_.text(1, "b ");
  in_order_.over(2, result("c"));
  EXPECT_EQ(reported(), "a ");
  in_order_.give_up();
  EXPECT_EQ(reported(), "[c ]");
}

}  // namespace
}  // namespace lab::play
