// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "record/owner_names.hpp"

namespace lab {
namespace {

constexpr std::uint64_t inode = 7;

TEST(OwnerName, NamesTheFirstHolderAndCountsTheOthers) {
  Processes processes;
  processes.by_inode[inode] = {{4121, 3, "server", false}, {4121, 4, "server", false}};
  EXPECT_EQ(holder_of(inode, processes), "server (pid 4121, fd 3) and 1 more descriptor");
}

TEST(OwnerName, SaysThatNoProcessHasTheSocketOnlyIfAllWereSeen) {
  EXPECT_EQ(holder_of(inode, Processes{}), "no process that is visible here");
}

TEST(OwnerName, SendsOnlyOtherUsersToRoot) {
  Processes processes;
  processes.all_seen = false;
  EXPECT_EQ(holder_of(inode, processes), "a process that cannot be seen without root");
  processes.by_root = true;
  EXPECT_EQ(holder_of(inode, processes), "a process that even root cannot see here");
}

}  // namespace
}  // namespace lab
