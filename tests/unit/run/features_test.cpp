// SPDX-License-Identifier: MIT
#include "run/features.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <stdexcept>

#include "unit/run/scenes.hpp"

namespace lab::run {
namespace {

TEST(Features, AreTriedAndHaveAReasonIfMissing) {
  SKIP_WITHOUT_ROOT();
  ASSERT_FALSE(scenario::features().empty());
  for (const std::string& feature : scenario::features()) {
    const auto why = why_missing(feature);
    EXPECT_NE(why, "") << feature;
    EXPECT_EQ(why_missing(feature), why) << feature;
    std::cout << feature << ": " << why.value_or("there") << '\n';
  }
}

TEST(Features, AreMissingWithoutNftablesIfTheyNeedIt) {
  SKIP_WITHOUT_ROOT();
  if (!why_missing("nftables")) GTEST_SKIP() << "this kernel has nftables";
  EXPECT_TRUE(why_missing("tproxy"));
  EXPECT_TRUE(why_missing("conntrack"));
}

TEST(Features, ThrowLogicErrorForAnUnknownWord) {
  SKIP_WITHOUT_ROOT();
  EXPECT_THROW(why_missing("telepathy"), std::logic_error);
}

}  // namespace
}  // namespace lab::run
