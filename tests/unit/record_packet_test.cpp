// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "record/packet.hpp"

namespace lab {
namespace {

TEST(TcpFlags, AreWrittenAsTcpdumpWritesThem) {
  EXPECT_EQ(TcpFlags::from_byte(0x02).str(), "S");
  EXPECT_EQ(TcpFlags::from_byte(0x12).str(), "S.");
  EXPECT_EQ(TcpFlags::from_byte(0x14).str(), "R.");
  EXPECT_EQ(TcpFlags::from_byte(0x18).str(), "P.");
  EXPECT_EQ(TcpFlags::from_byte(0x11).str(), "F.");
  EXPECT_EQ(TcpFlags::from_byte(0xc2).str(), "SEW");  // an ECN-setup SYN, RFC 3168, 6.1.1
  EXPECT_EQ(TcpFlags::from_byte(0x00).str(), "");
}

TEST(TcpFlags, AreReadInAnyOrder) {
  EXPECT_EQ(TcpFlags::parse("S."), TcpFlags::from_byte(0x12));
  EXPECT_EQ(TcpFlags::parse(".S"), TcpFlags::from_byte(0x12));
  EXPECT_EQ(TcpFlags::parse(""), TcpFlags{});
}

TEST(TcpFlags, UnknownAndDoubledLettersAreRefused) {
  EXPECT_EQ(TcpFlags::parse("SA"), std::nullopt);
  EXPECT_EQ(TcpFlags::parse("SS"), std::nullopt);
  EXPECT_EQ(TcpFlags::parse("s"), std::nullopt);
}

TEST(TcpFlags, SurviveBeingWrittenAndRead) {
  for (int byte = 0; byte < 256; ++byte) {
    const TcpFlags flags = TcpFlags::from_byte(static_cast<std::uint8_t>(byte));
    EXPECT_EQ(TcpFlags::parse(flags.str()), flags) << byte;
  }
}

TEST(Packet, BecomesJson) {
  Packet packet;
  packet.time = 1700000000123456789;
  packet.host = "client";
  packet.device = "eth0";
  packet.outgoing = true;
  packet.protocol = "tcp";
  packet.bytes.resize(74);
  Segment segment;
  segment.source = *Endpoint::parse("10.0.0.1:40000");
  segment.destination = *Endpoint::parse("10.0.0.2:8888");
  segment.flags.syn = true;
  segment.sequence = 7;
  segment.window = 64240;
  packet.segment = segment;
  EXPECT_EQ(nlohmann::json(packet), nlohmann::json::parse(R"({
    "time": 1700000000123456789, "host": "client", "device": "eth0", "direction": "out",
    "protocol": "tcp", "captured_bytes": 74,
    "source": "10.0.0.1:40000", "destination": "10.0.0.2:8888",
    "flags": "S", "sequence": 7, "window": 64240, "length": 0})"));
}

TEST(Packet, AcknowledgmentIsNamedOnlyWhereItMeansSomething) {
  Packet packet;
  packet.segment = Segment{};
  packet.segment->acknowledgment = 5;
  EXPECT_FALSE(nlohmann::json(packet).contains("acknowledgment"));
  packet.segment->flags.ack = true;
  EXPECT_EQ(nlohmann::json(packet).at("acknowledgment"), 5);
}

TEST(Packet, WhatTheCaptureDidNotKeepIsCounted) {
  Packet packet;
  EXPECT_FALSE(nlohmann::json(packet).contains("missing_bytes"));
  packet.missing = 40;
  EXPECT_EQ(nlohmann::json(packet).at("missing_bytes"), 40);
}

TEST(Packet, ThatIsNotTcpKeepsItsNameOnly) {
  Packet packet;
  packet.protocol = "arp";
  const nlohmann::json json = packet;
  EXPECT_EQ(json.at("protocol"), "arp");
  EXPECT_FALSE(json.contains("source"));
}

}  // namespace
}  // namespace lab
