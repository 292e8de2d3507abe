// SPDX-License-Identifier: MIT
#include "stored/stored.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lab {
namespace {

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

TEST(Packet, KeepsOnlyTheNameOfOtherProtocols) {
  Packet packet;
  packet.protocol = "arp";
  const nlohmann::json json = packet;
  EXPECT_EQ(json.at("protocol"), "arp");
  EXPECT_FALSE(json.contains("source"));
}

}  // namespace
}  // namespace lab
