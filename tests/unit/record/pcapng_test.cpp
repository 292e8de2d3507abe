// SPDX-License-Identifier: MIT
#include "record/pcapng.hpp"

#include <gmock/gmock.h>

#include "support/pcapng_reader.hpp"

namespace lab::pcapng {
namespace {

using ::lab::testing::PcapngBlock;
using ::lab::testing::PcapngReader;
using ::testing::SizeIs;

// "0a0d0d0a 1c000000 …", four bytes a word.
std::string hex(const std::string& bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    constexpr const char* digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (i > 0 && i % 4 == 0) text += ' ';
    text += {digits[byte >> 4], digits[byte & 15]};
  }
  return text;
}

PcapngBlock read_one(const std::string& bytes) {
  const PcapngReader reader(bytes);
  EXPECT_THAT(reader.blocks, SizeIs(1));
  return reader.blocks.at(0);
}

TEST(Pcapng, WritesASectionHeaderByteForByte) {
  EXPECT_EQ(hex(block_of(Section{"hi", "Linux", ""})),
            "0a0d0d0a 34000000 4d3c2b1a 01000000 ffffffff ffffffff "  // length not said
            "01000200 68690000 "                                      // opt_comment
            "03000500 4c696e75 78000000 "                             // shb_os
            "00000000 34000000");
}

TEST(Pcapng, WritesAnInterfaceByteForByte) {
  EXPECT_EQ(hex(block_of(Interface{"a:eth0", ""})),
            "01000000 2c000000 01000000 00000000 "  // Ethernet, no limit
            "02000600 613a6574 68300000 "           // if_name
            "09000100 09000000 "                    // if_tsresol
            "00000000 2c000000");
}

TEST(Pcapng, WritesNamesByteForByte) {
  EXPECT_EQ(hex(block_of(std::vector<HostName>{{*Address::parse("10.0.0.1"), "abc"},
                                               {*Address::parse("fd00::2"), "b"}})),
            "04000000 38000000 "
            "01000800 0a000001 61626300 "
            "02001200 fd000000 00000000 00000000 00000002 62000000 "
            "00000000 "  // no more names
            "00000000 38000000");
}

TEST(Pcapng, WritesAPacketByteForByte) {
  const std::vector<std::uint8_t> bytes{0xde, 0xad, 0xbe, 0xef, 0x01};
  EnhancedPacket packet;
  packet.interface = 2;
  packet.time = 0x0123'4567'89ab'cdef;
  packet.bytes = bytes;
  packet.original_length = 7;
  packet.direction = Direction::outbound;
  packet.comment = "why";
  EXPECT_EQ(hex(block_of(packet)),
            "06000000 3c000000 02000000 67452301 efcdab89 05000000 07000000 "
            "deadbeef 01000000 "
            "01000300 77687900 "  // opt_comment
            "02000400 02000000 "  // epb_flags
            "00000000 3c000000");
}

TEST(Pcapng, PadsAnyLengthToThirtyTwoBits) {
  for (std::size_t length = 0; length < 9; ++length) {
    const std::vector<std::uint8_t> bytes(length, 0xff);
    EnhancedPacket packet;
    packet.bytes = bytes;
    packet.comment = std::string(length, 'c');
    const PcapngBlock block = read_one(block_of(packet));
    EXPECT_EQ(block.word(3), length);
    EXPECT_EQ(block.fixed.substr(20, length), std::string(length, '\xff'));
    EXPECT_EQ(block.option(1), packet.comment);
    EXPECT_EQ(block.options.size(), length == 0 ? 1u : 2u) << "an empty comment is none";
  }
}

TEST(Pcapng, MarksAnInboundPacket) {
  EXPECT_EQ(read_one(block_of(EnhancedPacket{})).option(2), std::string("\1\0\0\0", 4));
}

TEST(Pcapng, CutsALongTextBetweenCharacters) {
  // 65534 bytes, and a character of two: the second one would be byte 65536.
  const std::string fits(65534, 'x');
  const PcapngBlock block = read_one(block_of(Section{fits + "\u00e4 and more", "", ""}));
  EXPECT_EQ(block.option(1), fits);
  EXPECT_EQ(read_one(block_of(Section{fits + "yz", "", ""})).option(1), fits + "y");
}

TEST(Pcapng, WritesAWholeBlockWithoutNames) {
  EXPECT_EQ(read_one(block_of(std::vector<HostName>{})).fixed, std::string(4, '\0'));
}

}  // namespace
}  // namespace lab::pcapng
