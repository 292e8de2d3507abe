// SPDX-License-Identifier: MIT
#include "record/packet.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

TEST(Packet, BecomesJson) {
  Packet packet;
  packet.time = 1700000000123456789;
  packet.host = "client";
  packet.device = "eth0";
  packet.outgoing = true;
  packet.protocol = "tcp";
  packet.bytes = {0x0a, 0x1b, 0x2c};
  Segment segment;
  segment.source = *Endpoint::parse("10.0.0.1:40000");
  segment.destination = *Endpoint::parse("10.0.0.2:8888");
  segment.flags.syn = true;
  segment.sequence = 7;
  segment.window = 64240;
  packet.segment = segment;
  EXPECT_EQ(nlohmann::json(packet), nlohmann::json::parse(R"({
    "time": 1700000000123456789, "host": "client", "device": "eth0", "direction": "out",
    "protocol": "tcp", "bytes": "0a1b2c",
    "source": "10.0.0.1:40000", "destination": "10.0.0.2:8888",
    "flags": "S", "sequence": 7, "window": 64240, "length": 0})"));
}

TEST(Packet, HasAnAcknowledgmentOnlyWithAck) {
  Packet packet;
  packet.segment = Segment{};
  packet.segment->acknowledgment = 5;
  EXPECT_FALSE(nlohmann::json(packet).contains("acknowledgment"));
  packet.segment->flags.ack = true;
  EXPECT_EQ(nlohmann::json(packet).at("acknowledgment"), 5);
}

TEST(Packet, CountsTheBytesThatWereNotCaptured) {
  Packet packet;
  EXPECT_FALSE(nlohmann::json(packet).contains("missing_bytes"));
  packet.missing = 40;
  EXPECT_EQ(nlohmann::json(packet).at("missing_bytes"), 40);
}

TEST(Packet, HasTheOptionsOfItsSegment) {
  Packet packet;
  packet.segment = Segment{};
  EXPECT_FALSE(nlohmann::json(packet).contains("options"));
  TcpOptions& options = packet.segment->options;
  options.mss = 1460;
  options.sack_permitted = true;
  options.timestamps = {{100, 7}};
  options.window_scale = 7;
  options.sack = {{1, 5}, {9, 13}};
  options.fastopen_cookie = {0x0a, 0xbc};
  options.kinds = {2, 4, 8, 3, 5, 34, 253};
  EXPECT_EQ(nlohmann::json(packet).at("options"), nlohmann::json::parse(R"({
    "kinds": [2, 4, 8, 3, 5, 34, 253], "mss": 1460, "sack_permitted": true,
    "timestamps": {"value": 100, "echo": 7}, "window_scale": 7,
    "sack": [[1, 5], [9, 13]], "fastopen_cookie": "0abc"})"));
  EXPECT_EQ(to_string(options),
            "mss 1460 sackOK ts 100:7 wscale 7 fastopen 0abc sack 1:5 sack 9:13");
}

TEST(Packet, HasTheSegmentThatAnIcmpErrorQuotes) {
  Packet packet;
  packet.protocol = "icmp6";
  packet.injected = true;
  packet.icmp = IcmpError{{2, 0}, *Address::parse("fd00::2"), *Address::parse("fd00::1"), 1280, {}};
  packet.icmp->about =
      IcmpError::Quoted{*Endpoint::parse("[fd00::1]:40000"), *Endpoint::parse("[fd00::3]:8888"), 5};
  const nlohmann::json json = packet;
  EXPECT_EQ(json.at("injected"), true);
  EXPECT_EQ(json.at("icmp"), nlohmann::json::parse(R"({
    "name": "frag-needed", "type": 2, "code": 0, "source": "fd00::2", "destination": "fd00::1",
    "mtu": 1280,
    "about": {"source": "[fd00::1]:40000", "destination": "[fd00::3]:8888", "sequence": 5}})"));
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

TEST(Packet, KeepsOnlyTheNameOfOtherProtocols) {
  Packet packet;
  packet.protocol = "arp";
  const nlohmann::json json = packet;
  EXPECT_EQ(json.at("protocol"), "arp");
  EXPECT_FALSE(json.contains("source"));
}

}  // namespace
}  // namespace lab
