// SPDX-License-Identifier: MIT
//
// The pure parts of the survey: text of the kernel in, values out.
#include <gmock/gmock.h>

#include "collect/arrival.hpp"
#include "collect/sysctls.hpp"
#include "collect/udp.hpp"

namespace lab::collect {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Address address(const char* text) { return *Address::parse(text); }

TEST(CollectUdp, FindsThePortInTheKernelsTable) {
  const auto sockets = udp_from(
      "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
      "inode ref pointer drops\n"
      " 1234: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 "
      "20555 2 0000000000000000 0\n"
      " 1235: 00000000:22B8 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 "
      "20556 2 0000000000000000 0\n",
      Family::inet, 53);
  ASSERT_THAT(sockets, SizeIs(1));
  EXPECT_EQ(sockets[0].local.str(), "127.0.0.1:53");
  EXPECT_EQ(sockets[0].inode, 20555U);
}

TEST(CollectUdp, ReadsIpv6InWordsOfThisMachine) {
  const auto sockets = udp_from(
      " 1: 000000FD000000000000000001000000:0035 00000000000000000000000000000000:0000 07 "
      "00000000:00000000 00:00000000 00000000 0 0 7 2 0 0\n",
      Family::inet6, 53);
  ASSERT_THAT(sockets, SizeIs(1));
  EXPECT_EQ(sockets[0].local.str(), "[fd00::1]:53");
}

TEST(CollectUdp, PassesOverWhatItCannotRead) {
  EXPECT_THAT(udp_from("  sl\nnonsense\n 1: XYZ:0035 0 0 0 0 0 0 0 7\n", Family::inet, 53),
              IsEmpty());
}

TEST(CollectSysctls, ReadsRangesOfPorts) {
  const auto range = port_range_from("32768\t60999");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 32768);
  EXPECT_EQ(range->last, 60999);
  EXPECT_FALSE(port_range_from("32768"));
  EXPECT_FALSE(port_range_from("a b"));
}

TEST(CollectSysctls, ReadsListsOfPorts) {
  const auto list = port_list_from("8080,9000-9100");
  ASSERT_THAT(list, SizeIs(2));
  EXPECT_TRUE(list[0].contains(8080));
  EXPECT_FALSE(list[0].contains(8081));
  EXPECT_TRUE(list[1].contains(9100));
  EXPECT_THAT(port_list_from(""), IsEmpty());
}

TEST(CollectArrival, TakesAnotherHostOfTheSubnetAsNeighbour) {
  const auto of = [](const char* own, int prefix_length) {
    const auto neighbour = neighbour_of({address(own), prefix_length, false});
    return neighbour ? neighbour->str() : "none";
  };
  EXPECT_EQ(of("10.0.0.2", 24), "10.0.0.3");
  EXPECT_EQ(of("10.0.0.1", 24), "10.0.0.3") << "10.0.0.0 is the subnet itself";
  EXPECT_EQ(of("10.0.0.254", 24), "10.0.0.252") << "10.0.0.255 is everybody";
  EXPECT_EQ(of("10.0.0.2", 31), "10.0.0.3");
  EXPECT_EQ(of("10.0.0.2", 32), "none");
  EXPECT_EQ(of("10.0.0.1", 30), "10.0.0.2") << "the one other host there is";
  EXPECT_EQ(of("fd00::2", 64), "fd00::3");
}

}  // namespace
}  // namespace lab::collect
