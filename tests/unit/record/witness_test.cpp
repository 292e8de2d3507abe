// SPDX-License-Identifier: MIT
#include "record/witness.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

TEST(Witness, IsReadFromTheWordThatIsWritten) {
  EXPECT_EQ(to_string(Witness::sock_diag), "sock_diag");
  EXPECT_EQ(witness_from("trace"), Witness::trace);
  EXPECT_EQ(witness_from("capture"), std::nullopt);
  EXPECT_EQ(witness_from(""), std::nullopt);
}

TEST(Witnesses, AreReadFromTheTextThatIsWritten) {
  const Witnesses both{Witness::module, Witness::sock_diag};
  EXPECT_EQ(both.str(), "module, sock_diag");
  EXPECT_EQ(Witnesses::parse("module, sock_diag"), both);
  EXPECT_EQ(Witnesses::parse("packets"), Witnesses(Witness::packets));
  EXPECT_EQ(Witnesses::parse(""), Witnesses());
  EXPECT_EQ(Witnesses::parse("module, capture"), std::nullopt);
  EXPECT_TRUE(both.contains(Witness::module));
  EXPECT_FALSE(both.contains(Witness::trace));
}

}  // namespace
}  // namespace lab
