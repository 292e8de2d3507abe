// SPDX-License-Identifier: MIT
#include "record/lookup.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

LookupAnswer refused() {
  LookupAnswer answer;
  answer.tuple = {Endpoint::parse("10.0.0.1:40000").value(),
                  Endpoint::parse("10.0.0.2:8888").value(), "eth0"};
  answer.steps = {{LookupStepName::ehash, LookupResult::miss, 4711, 0, {}, {}},
                  {LookupStepName::exact, LookupResult::miss, 5, 2, {}, {}},
                  {LookupStepName::bind, LookupResult::hit, {}, {}, {}, Row{}}};
  answer.verdict = LookupVerdict::rst;
  answer.handler = "tcp_v4_send_reset";
  answer.agrees = true;
  return answer;
}

TEST(LookupAnswer, FindsAStepByItsName) {
  const LookupAnswer answer = refused();
  ASSERT_NE(answer.find(LookupStepName::exact), nullptr);
  EXPECT_EQ(answer.find(LookupStepName::exact)->walked, 2u);
  EXPECT_EQ(answer.find(LookupStepName::wildcard), nullptr);
}

}  // namespace
}  // namespace lab
