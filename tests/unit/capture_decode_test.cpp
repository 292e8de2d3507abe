// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string_view>

#include "capture/decode.hpp"

namespace lab {
namespace {

// Hex digits in pairs; blanks and line ends are there for the eye.
std::vector<std::uint8_t> bytes(std::string_view hex) {
  std::string digits;
  for (const char c : hex)
    if (c != ' ' && c != '\n') digits += c;
  std::vector<std::uint8_t> result;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    result.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return result;
}

Packet decoded(std::vector<std::uint8_t> frame) {
  Packet packet;
  packet.bytes = std::move(frame);
  decode(packet);
  return packet;
}
Packet decoded(const std::string& hex) { return decoded(bytes(hex)); }

const std::string ethernet_ipv4 = "020000000002 020000000001 0800";
const std::string ethernet_ipv6 = "020000000002 020000000001 86dd";
// 10.0.0.1:40000 > 10.0.0.2:8888, SYN, sequence 0x01020304, MSS 1460
const std::string tcp_syn = "9c40 22b8 01020304 00000000 6002 faf0 0000 0000 020405b4";
const std::string ipv4_syn =
    ethernet_ipv4 + "4500 002c 0000 4000 4006 0000 0a000001 0a000002" + tcp_syn;
const std::string ipv6_addresses =
    "fd000000000000000000000000000001 fd000000000000000000000000000002";
const std::string ipv6_syn = ethernet_ipv6 + "60000000 0018 06 40" + ipv6_addresses + tcp_syn;

TEST(Decode, TcpOverIPv4) {
  const Packet packet = decoded(ipv4_syn);
  EXPECT_EQ(packet.protocol, "tcp");
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->source.str(), "10.0.0.1:40000");
  EXPECT_EQ(packet.segment->destination.str(), "10.0.0.2:8888");
  EXPECT_EQ(packet.segment->flags.str(), "S");
  EXPECT_EQ(packet.segment->sequence, 0x01020304u);
  EXPECT_EQ(packet.segment->window, 0xfaf0);
  EXPECT_EQ(packet.segment->length, 0u);
}

TEST(Decode, TcpOverIPv6) {
  const Packet packet = decoded(ipv6_syn);
  EXPECT_EQ(packet.protocol, "tcp");
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->source.str(), "[fd00::1]:40000");
  EXPECT_EQ(packet.segment->destination.str(), "[fd00::2]:8888");
  EXPECT_EQ(packet.segment->flags.str(), "S");
}

TEST(Decode, DataAndAcknowledgment) {
  const Packet packet = decoded(ethernet_ipv4 +
                                "4500 002d 0000 4000 4006 0000 0a000001 0a000002"
                                "9c40 22b8 00000001 0000000a 5018 0100 0000 0000" +
                                "48656c6c6f");
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->flags.str(), "P.");
  EXPECT_EQ(packet.segment->acknowledgment, 10u);
  EXPECT_EQ(packet.segment->length, 5u);
}

TEST(Decode, EthernetPaddingIsNotData) {
  const Packet packet = decoded(ethernet_ipv4 +
                                "4500 0028 0000 4000 4006 0000 0a000001 0a000002"
                                "9c40 22b8 00000001 0000000a 5010 0100 0000 0000" +
                                "000000000000");
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->length, 0u);
}

TEST(Decode, LengthIsThatOfTheWireThoughTheDataWereNotCaptured) {
  const Packet packet = decoded(ethernet_ipv4 +
                                "4500 05dc 0000 4000 4006 0000 0a000001 0a000002"
                                "9c40 22b8 00000001 0000000a 5010 0100 0000 0000");
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->length, 1460u);
}

TEST(Decode, IPv4Options) {
  // IHL 6: one word of options, a router alert (RFC 2113).
  const Packet packet =
      decoded(ethernet_ipv4 + "4600 0030 0000 4000 4006 0000 0a000001 0a000002 94040000" + tcp_syn);
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->destination.port, 8888);
}

TEST(Decode, IPv6ExtensionHeaders) {
  const std::string hop_by_hop = "3c00 0502 0000 0100";  // next: destination options
  const std::string destination = "0601 01040000 0000 010400000000 0000";  // 16 bytes, next: TCP
  const Packet packet = decoded(ethernet_ipv6 + "60000000 0030 00 40" + ipv6_addresses +
                                hop_by_hop + destination + tcp_syn);
  EXPECT_EQ(packet.protocol, "tcp");
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->source.port, 40000);
  EXPECT_EQ(packet.segment->length, 0u);
}

TEST(Decode, IPv6ExtensionHeaderThatClaimsMoreThanThereIs) {
  const Packet packet = decoded(ethernet_ipv6 + "60000000 0018 00 40" + ipv6_addresses +
                                "06ff 0502 0000 0100" + "00000000 00000000 00000000 00000000");
  EXPECT_EQ(packet.protocol, "ip");
  EXPECT_FALSE(packet.segment);
}

TEST(Decode, FragmentsHaveTheirHeaderInTheFirstOnly) {
  // More fragments, offset 0; then offset 8.
  EXPECT_TRUE(
      decoded(ethernet_ipv4 + "4500 002c 0000 2000 4006 0000 0a000001 0a000002" + tcp_syn).segment);
  const Packet second =
      decoded(ethernet_ipv4 + "4500 002c 0000 0001 4006 0000 0a000001 0a000002" + tcp_syn);
  EXPECT_EQ(second.protocol, "tcp");
  EXPECT_FALSE(second.segment);

  const std::string header = "60000000 0020 2c 40" + ipv6_addresses;
  EXPECT_TRUE(decoded(ethernet_ipv6 + header + "0600 0001 00000001" + tcp_syn).segment);
  EXPECT_FALSE(decoded(ethernet_ipv6 + header + "0600 0008 00000001" + tcp_syn).segment);
}

TEST(Decode, HeadersThatContradictThemselvesGiveNoSegment) {
  // TCP data offset below 5 words, and beyond the packet.
  for (const char* offset : {"4002", "f002"})
    EXPECT_FALSE(decoded(ethernet_ipv4 + "4500 002c 0000 4000 4006 0000 0a000001 0a000002" +
                         "9c40 22b8 01020304 00000000" + offset + "faf0 0000 0000 020405b4")
                     .segment);
  // IPv4 header length below 5 words; total length below the header's; version 5.
  for (const char* begin : {"4400 002c", "4500 0010", "5500 002c"}) {
    const Packet packet =
        decoded(ethernet_ipv4 + begin + "0000 4000 4006 0000 0a000001 0a000002" + tcp_syn);
    EXPECT_EQ(packet.protocol, "ip") << begin;
    EXPECT_FALSE(packet.segment) << begin;
  }
}

TEST(Decode, WhatIsNotTcpKeepsItsName) {
  const std::string ipv4 = ethernet_ipv4 + "4500 001c 0000 4000 40";
  const std::string rest = "0000 0a000001 0a000002 0000000000000000";
  EXPECT_EQ(decoded(ipv4 + "01" + rest).protocol, "icmp");
  EXPECT_EQ(decoded(ipv4 + "11" + rest).protocol, "udp");
  EXPECT_EQ(decoded(ipv4 + "84" + rest).protocol, "ip");  // SCTP
  EXPECT_EQ(
      decoded(ethernet_ipv6 + "60000000 0008 3a 40" + ipv6_addresses + "8000000000000000").protocol,
      "icmp6");
  EXPECT_EQ(decoded("ffffffffffff 020000000001 0806 0001").protocol, "arp");
  EXPECT_EQ(decoded("0180c200000e 020000000001 88cc 0000").protocol, "0x88cc");
}

// Run it under AddressSanitizer: each vector is exactly as long as it claims.
TEST(Decode, EveryTruncationIsBornePatiently) {
  for (const std::string& hex : {ipv4_syn, ipv6_syn}) {
    const std::vector<std::uint8_t> whole = bytes(hex);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      std::vector<std::uint8_t> cut(whole.begin(),
                                    whole.begin() + static_cast<std::ptrdiff_t>(length));
      cut.shrink_to_fit();
      const Packet packet = decoded(std::move(cut));
      EXPECT_FALSE(packet.segment) << length << " of " << whole.size();
      EXPECT_EQ(packet.protocol == "truncated", length < 14);
    }
    EXPECT_TRUE(decoded(whole).segment);
  }
}

// No byte's value leads past the end.
TEST(Decode, EveryValueOfEveryByteIsBornePatiently) {
  for (const std::string& hex : {ipv4_syn, ipv6_syn}) {
    const std::vector<std::uint8_t> whole = bytes(hex);
    for (std::size_t at = 0; at < whole.size(); ++at)
      for (int value = 0; value < 256; ++value) {
        std::vector<std::uint8_t> changed = whole;
        changed[at] = static_cast<std::uint8_t>(value);
        const Packet packet = decoded(std::move(changed));
        EXPECT_LE(packet.segment.value_or(Segment{}).length, 65535u);
      }
  }
}

}  // namespace
}  // namespace lab
