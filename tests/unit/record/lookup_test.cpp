// SPDX-License-Identifier: MIT
#include "record/lookup.hpp"

#include <gtest/gtest.h>

#include "support/records.hpp"

namespace lab {
namespace {

TEST(LookupAnswer, FindsAStepByItsName) {
  const LookupAnswer answer = refused_lookup();
  ASSERT_NE(answer.find(LookupStepName::exact), nullptr);
  EXPECT_EQ(answer.find(LookupStepName::exact)->walked, 2u);
  EXPECT_EQ(answer.find(LookupStepName::wildcard), nullptr);
}

}  // namespace
}  // namespace lab
