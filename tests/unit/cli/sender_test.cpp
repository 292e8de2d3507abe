// SPDX-License-Identifier: MIT
//
// What --uid and --mark take.
#include "cli/sender.hpp"

#include <gmock/gmock.h>

namespace lab::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// What the option then has; where the word is refused, what is said.
std::string taken(const CLI::Validator& validator, std::string word) {
  const std::string error = validator(word);
  return error.empty() ? word : error;
}

TEST(Sender, AUidIsANumberOrAUser) {
  EXPECT_EQ(taken(uid_or_user(), "1000"), "1000");
  EXPECT_EQ(taken(uid_or_user(), "root"), "0");
  EXPECT_EQ(taken(uid_or_user(), "4294967294"), "4294967294");
  for (const char* other : {"-1", "4294967295", "nobody at all", ""})
    EXPECT_THAT(taken(uid_or_user(), other), HasSubstr("a number from 0 to 4294967294")) << other;
}

TEST(Sender, AMarkIsOneNumber) {
  EXPECT_EQ(taken(packet_mark(), "7"), "7");
  EXPECT_EQ(taken(packet_mark(), "0x10"), "16");
  EXPECT_EQ(taken(packet_mark(), "0xffffffff"), "4294967295");
  for (const char* other : {"0x10/0xff", "0xffffffffff", "-1", "0x", "1-2", ""})
    EXPECT_THAT(taken(packet_mark(), other), HasSubstr("one number from 0 to 0xffffffff")) << other;
}

}  // namespace
}  // namespace lab::cli
