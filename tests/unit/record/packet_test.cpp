// SPDX-License-Identifier: MIT
#include "record/packet.hpp"

#include <gtest/gtest.h>

namespace lab {
namespace {

TEST(TcpFlags, AreWrittenAsTcpdumpWritesThem) {
  EXPECT_EQ(TcpFlags::from_byte(0x02).str(), "S");
  EXPECT_EQ(TcpFlags::from_byte(0x12).str(), "S.");
  EXPECT_EQ(TcpFlags::from_byte(0x14).str(), "R.");
  EXPECT_EQ(TcpFlags::from_byte(0x18).str(), "P.");
  EXPECT_EQ(TcpFlags::from_byte(0x11).str(), "F.");
  EXPECT_EQ(TcpFlags::from_byte(0xc2).str(), "SEW");  // an ECN-setup SYN, RFC 3168, 6.1.1
  EXPECT_EQ(TcpFlags::from_byte(0x38).str(), "P.U");
  EXPECT_EQ(TcpFlags::from_byte(0x00).str(), "");
}

TEST(TcpFlags, AreReadInAnyOrder) {
  EXPECT_EQ(TcpFlags::parse("S."), TcpFlags::from_byte(0x12));
  EXPECT_EQ(TcpFlags::parse(".S"), TcpFlags::from_byte(0x12));
  EXPECT_EQ(TcpFlags::parse(""), TcpFlags{});
}

TEST(TcpFlags, RefuseUnknownAndRepeatedLetters) {
  EXPECT_EQ(TcpFlags::parse("SA"), std::nullopt);
  EXPECT_EQ(TcpFlags::parse("SS"), std::nullopt);
  EXPECT_EQ(TcpFlags::parse("s"), std::nullopt);
}

TEST(TcpFlags, SurviveBeingWrittenAndRead) {
  for (int byte = 0; byte < 256; ++byte) {
    const TcpFlags flags = TcpFlags::from_byte(static_cast<std::uint8_t>(byte));
    EXPECT_EQ(TcpFlags::parse(flags.str()), flags) << byte;
    EXPECT_EQ(flags.byte(), byte);
  }
}

TEST(IcmpError, HasOneNameForBothFamilies) {
  EXPECT_EQ(icmp_code("host-unreachable", Family::inet), (IcmpCode{3, 1}));
  EXPECT_EQ(icmp_code("host-unreachable", Family::inet6), (IcmpCode{1, 3}));
  EXPECT_EQ(icmp_name({1, 3}, Family::inet6), "host-unreachable");
  EXPECT_EQ(icmp_name({1, 3}, Family::inet), "type 1 code 3");
  EXPECT_EQ(icmp_code("no-route", Family::inet6), std::nullopt);
  EXPECT_EQ(icmp_code("type 3 code 9", Family::inet), (IcmpCode{3, 9}));
  for (const char* bad :
       {"type 300 code 1", "type 3 code 256", "type 3 code 9x", "type 3", "type -1 code 1"})
    EXPECT_EQ(icmp_code(bad, Family::inet), std::nullopt) << bad;
}

}  // namespace
}  // namespace lab
