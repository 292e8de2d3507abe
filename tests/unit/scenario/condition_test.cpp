// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "scenario/condition.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::scenario {
namespace {

bool is_in(const std::string& range, const std::string& release) {
  return holds(parse_kernel_range(range, {1, 1}), release);
}

TEST(KernelRange, ComparesNumbersNotText) {
  EXPECT_TRUE(is_in(">=6.8", "6.12.94+deb13-amd64"));
  EXPECT_TRUE(is_in(">=6.8", "6.8.0"));
  EXPECT_FALSE(is_in(">=6.8", "6.1.0-49-amd64"));
  EXPECT_FALSE(is_in(">=6.8", "5.19.0"));
  EXPECT_TRUE(is_in(">=6.8", "7.0-rc1"));
}

TEST(KernelRange, SupportsEachRelation) {
  EXPECT_FALSE(is_in(">6.8", "6.8.12"));
  EXPECT_TRUE(is_in(">6.8", "6.9.0"));
  EXPECT_TRUE(is_in("<=6.8", "6.8.12"));
  EXPECT_FALSE(is_in("<=6.8", "6.9.0"));
  EXPECT_TRUE(is_in("<6.8", "6.7.0"));
  EXPECT_FALSE(is_in("<6.8", "6.8.0"));
  EXPECT_TRUE(is_in("=6.8", "6.8.3"));
  EXPECT_FALSE(is_in("=6.8", "6.80.3"));
}

TEST(KernelRange, RequiresAllItsBounds) {
  EXPECT_TRUE(is_in(">=6.8 <6.12", "6.11.4"));
  EXPECT_FALSE(is_in(">=6.8 <6.12", "6.12.0"));
  EXPECT_FALSE(is_in(">=6.8 <6.12", "6.7.9"));
}

TEST(KernelRange, DoesNotHoldForAReleaseWithoutAVersion) {
  for (const char* release : {"", "next", "6", "6.x", ".8"})
    EXPECT_FALSE(is_in(">=0.0", release)) << release;
}

std::string complaint(const std::string& range) {
  try {
    parse_kernel_range(range, {7, 9});
  } catch (const yaml::Problem& problem) {
    EXPECT_EQ(problem.at.line, 7);
    EXPECT_EQ(problem.at.column, 9);
    return problem.what();
  }
  return "";
}

TEST(KernelRange, RefusesInvalidText) {
  for (const char* range :
       {"6.8", ">=6", ">= 6.8", "~6.8", ">=6.8.1", ">=6.8,<6.12", ">=-6.8", ">=6.99999999999"})
    EXPECT_THAT(complaint(range), testing::HasSubstr("is not a kernel version bound; write"))
        << range;
  EXPECT_THAT(complaint(" "), testing::HasSubstr("the kernel range is empty; write"));
}

TEST(Concerns, AppliesToEveryPlayByDefault) {
  Condition condition;
  EXPECT_TRUE(concerns(condition, Family::inet, ""));
  condition.families = {Family::inet6};
  EXPECT_FALSE(concerns(condition, Family::inet, ""));
  EXPECT_TRUE(concerns(condition, Family::inet6, ""));
  condition.variants = {"exact", "outside"};
  EXPECT_FALSE(concerns(condition, Family::inet6, ""));
  EXPECT_FALSE(concerns(condition, Family::inet6, "other"));
  EXPECT_TRUE(concerns(condition, Family::inet6, "outside"));
}

}  // namespace
}  // namespace lab::scenario
