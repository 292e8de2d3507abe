// SPDX-License-Identifier: MIT
#include "grade/points.hpp"

#include <gtest/gtest.h>

namespace lab::grade {
namespace {

TEST(GradePoints, AreReadAndWrittenWithAtMostTwoDecimals) {
  for (const char* text : {"0", "2", "2.5", "0.25", "100000"})
    EXPECT_EQ(to_string(points_from(text).value()), text);
  EXPECT_EQ(points_from("2.50"), points_from("2.5"));
}

TEST(GradePoints, AreNothingElse) {
  for (const char* text : {"", "-1", ".5", "1.", "1.234", "1,5", "1e3", "100000.01", "x", "1.-2"})
    EXPECT_FALSE(points_from(text)) << text;
}

}  // namespace
}  // namespace lab::grade
