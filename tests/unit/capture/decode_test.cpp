// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "capture/decode.hpp"
#include "support/hex_bytes.hpp"

namespace lab {
namespace {

using testing::ElementsAre;

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

TEST(Decode, ReadsTcpOverIPv4) {
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

TEST(Decode, ReadsTcpOverIPv6) {
  const Packet packet = decoded(ipv6_syn);
  EXPECT_EQ(packet.protocol, "tcp");
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->source.str(), "[fd00::1]:40000");
  EXPECT_EQ(packet.segment->destination.str(), "[fd00::2]:8888");
  EXPECT_EQ(packet.segment->flags.str(), "S");
}

TEST(Decode, ReadsDataAndAcknowledgment) {
  const Packet packet = decoded(ethernet_ipv4 +
                                "4500 002d 0000 4000 4006 0000 0a000001 0a000002"
                                "9c40 22b8 00000001 0000000a 5018 0100 0000 0000" +
                                "48656c6c6f");
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->flags.str(), "P.");
  EXPECT_EQ(packet.segment->acknowledgment, 10u);
  EXPECT_EQ(packet.segment->length, 5u);
}

TEST(Decode, DoesNotTakeEthernetPaddingForData) {
  const Packet packet = decoded(ethernet_ipv4 +
                                "4500 0028 0000 4000 4006 0000 0a000001 0a000002"
                                "9c40 22b8 00000001 0000000a 5010 0100 0000 0000" +
                                "000000000000");
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->length, 0u);
}

TEST(Decode, ReportsTheLengthOnTheWireIfTheDataWereNotCaptured) {
  const Packet packet = decoded(ethernet_ipv4 +
                                "4500 05dc 0000 4000 4006 0000 0a000001 0a000002"
                                "9c40 22b8 00000001 0000000a 5010 0100 0000 0000");
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->length, 1460u);
}

// A segment with these options, in hex; as many as they take.
TcpOptions options_of(const std::string& hex) {
  std::string padded = hex;
  while (bytes(padded).size() % 4 != 0) padded += "00";
  const std::size_t length = 20 + bytes(padded).size();
  const Packet packet =
      decoded(ethernet_ipv4 +
              fmt::format("4500 {:04x} 0000 4000 4006 0000 0a000001 0a000002", 20 + length) +
              "9c40 22b8 01020304 00000000" + fmt::format("{:x}0", length / 4) +
              "02 faf0 0000 0000" + padded);
  EXPECT_TRUE(packet.segment) << hex;
  return packet.segment.value_or(Segment{}).options;
}

TEST(Decode, ReadsTcpOptions) {
  const TcpOptions options = options_of("020405b4 0402 080a 00000064 00000007 01 030307");
  EXPECT_EQ(options.mss, 1460);
  EXPECT_TRUE(options.sack_permitted);
  EXPECT_EQ(options.timestamps, (TcpTimestamps{100, 7}));
  EXPECT_EQ(options.window_scale, 7);
  EXPECT_EQ(options.fastopen_cookie, std::nullopt);
  EXPECT_THAT(options.kinds, ElementsAre(2, 4, 8, 3));
  EXPECT_FALSE(options.malformed);
}

TEST(Decode, ReadsTcpSackBlocksAndFastOpenCookies) {
  EXPECT_THAT(options_of("01 01 05 12 00000001 00000005 00000009 0000000d").sack,
              ElementsAre(SackBlock{1, 5}, SackBlock{9, 13}));
  EXPECT_EQ(options_of("2202").fastopen_cookie, std::vector<std::uint8_t>{});
  EXPECT_EQ(options_of("220a 0102030405060708").fastopen_cookie, bytes("0102030405060708"));
}

TEST(Decode, KeepsTheKindOfAnUnknownTcpOption) {
  const TcpOptions options = options_of("fd04 1234 020405b4");
  EXPECT_THAT(options.kinds, ElementsAre(253, 2));
  EXPECT_EQ(options.mss, 1460);
}

TEST(Decode, IgnoresTcpOptionsAfterTheEndOfTheList) {
  EXPECT_EQ(options_of("00 020405b4"), TcpOptions{});
}

TEST(Decode, IgnoresTheValueOfATcpOptionOfWrongLength) {
  const TcpOptions options = options_of("0203 05 030407ff 020405b4");
  EXPECT_EQ(options.mss, 1460);
  EXPECT_EQ(options.window_scale, std::nullopt);
  EXPECT_THAT(options.kinds, ElementsAre(2, 3, 2));
  EXPECT_FALSE(options.malformed);
}

TEST(Decode, StopsAtATcpOptionOfImpossibleLength) {
  for (const char* broken : {"0200 0402", "0201 0402", "020405b4 01 01 01 08"}) {
    const TcpOptions options = options_of(broken);
    EXPECT_TRUE(options.malformed) << broken;
    EXPECT_FALSE(options.sack_permitted) << broken;
  }
  EXPECT_TRUE(options_of("0214 05b4").malformed);  // reaches beyond the header
}

TEST(Decode, SkipsIPv4Options) {
  // IHL 6: one word of options, a router alert (RFC 2113).
  const Packet packet =
      decoded(ethernet_ipv4 + "4600 0030 0000 4000 4006 0000 0a000001 0a000002 94040000" + tcp_syn);
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->destination.port, 8888);
}

TEST(Decode, SkipsIPv6ExtensionHeaders) {
  const std::string hop_by_hop = "3c00 0502 0000 0100";  // next: destination options
  const std::string destination = "0601 01040000 0000 010400000000 0000";  // 16 bytes, next: TCP
  const Packet packet = decoded(ethernet_ipv6 + "60000000 0030 00 40" + ipv6_addresses +
                                hop_by_hop + destination + tcp_syn);
  EXPECT_EQ(packet.protocol, "tcp");
  ASSERT_TRUE(packet.segment);
  EXPECT_EQ(packet.segment->source.port, 40000);
  EXPECT_EQ(packet.segment->length, 0u);
}

TEST(Decode, StopsAtATruncatedIPv6ExtensionHeader) {
  const Packet packet = decoded(ethernet_ipv6 + "60000000 0018 00 40" + ipv6_addresses +
                                "06ff 0502 0000 0100" + "00000000 00000000 00000000 00000000");
  EXPECT_EQ(packet.protocol, "ip");
  EXPECT_FALSE(packet.segment);
}

TEST(Decode, ReadsTheHeaderOfTheFirstFragmentOnly) {
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

TEST(Decode, FindsNoSegmentInContradictoryHeaders) {
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

TEST(Decode, NamesOtherProtocols) {
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

// 10.0.0.2 > 10.0.0.1, about the SYN above: its IP header and eight bytes of it.
const std::string quoted_syn = "4500 002c 0000 4000 4006 0000 0a000001 0a000002 9c40 22b8 01020304";
const std::string port_unreachable =
    ethernet_ipv4 + "4500 0038 0000 4000 4001 0000 0a000002 0a000001" + "0303 0000 00000000" +
    quoted_syn;
const std::string too_big = ethernet_ipv6 + "60000000 0044 3a 40" +
                            "fd000000000000000000000000000002 fd000000000000000000000000000001" +
                            "0200 0000 00000500" + "60000000 0018 06 40" + ipv6_addresses +
                            "9c40 22b8 01020304 00000000 6002 faf0 0000 0000";

TEST(Decode, ReadsAnIcmpErrorAndItsQuotedSegment) {
  const Packet packet = decoded(port_unreachable);
  EXPECT_EQ(packet.protocol, "icmp");
  EXPECT_FALSE(packet.segment);
  ASSERT_TRUE(packet.icmp);
  EXPECT_EQ(packet.icmp->name(), "port-unreachable");
  EXPECT_EQ(packet.icmp->source.str(), "10.0.0.2");
  EXPECT_EQ(packet.icmp->destination.str(), "10.0.0.1");
  ASSERT_TRUE(packet.icmp->about);
  EXPECT_EQ(packet.icmp->about->source.str(), "10.0.0.1:40000");
  EXPECT_EQ(packet.icmp->about->destination.str(), "10.0.0.2:8888");
  EXPECT_EQ(packet.icmp->about->sequence, 0x01020304u);
}

TEST(Decode, ReadsTheMtuOfAnIcmpv6Error) {
  const Packet packet = decoded(too_big);
  EXPECT_EQ(packet.protocol, "icmp6");
  ASSERT_TRUE(packet.icmp);
  EXPECT_EQ(packet.icmp->name(), "frag-needed");  // one name for both families
  EXPECT_EQ(packet.icmp->mtu, 1280u);
  ASSERT_TRUE(packet.icmp->about);
  EXPECT_EQ(packet.icmp->about->source.str(), "[fd00::1]:40000");
}

TEST(Decode, FindsNoSegmentInAnIcmpErrorAboutAnotherProtocol) {
  std::vector<std::uint8_t> about_udp = bytes(port_unreachable);
  about_udp[14 + 20 + 8 + 9] = 17;  // the protocol in the quoted header
  const Packet packet = decoded(std::move(about_udp));
  ASSERT_TRUE(packet.icmp);
  EXPECT_FALSE(packet.icmp->about);
}

TEST(Decode, NamesAnIcmpMessageThatIsNoError) {
  const std::string ipv4 = "4500 001c 0000 4000 4001 0000 0a000001 0a000002";
  EXPECT_FALSE(decoded(ethernet_ipv4 + ipv4 + "0800 0000 0001 0001").icmp);  // echo
  EXPECT_TRUE(decoded(ethernet_ipv4 + ipv4 + "0b00 0000 0000 0000").icmp);   // time exceeded
  const std::string ipv6 = "60000000 0008 3a 40" + ipv6_addresses;
  EXPECT_FALSE(decoded(ethernet_ipv6 + ipv6 + "8000 0000 0001 0001").icmp);
  EXPECT_EQ(decoded(ethernet_ipv6 + ipv6 + "0300 0000 0000 0000").icmp.value().name(),
            "type 3 code 0");
}

// Run it under AddressSanitizer: each vector is exactly as long as it claims.
TEST(Decode, SurvivesEveryTruncation) {
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

TEST(Decode, SurvivesEveryTruncationOfAnIcmpError) {
  for (const std::string& hex : {port_unreachable, too_big}) {
    const std::vector<std::uint8_t> whole = bytes(hex);
    const std::size_t headers = whole.size() - (hex == too_big ? 12 : 0);  // with the quoted ones
    for (std::size_t length = 0; length < headers; ++length) {
      std::vector<std::uint8_t> cut(whole.begin(),
                                    whole.begin() + static_cast<std::ptrdiff_t>(length));
      cut.shrink_to_fit();
      const Packet packet = decoded(std::move(cut));
      EXPECT_FALSE(packet.icmp && packet.icmp->about) << length << " of " << whole.size();
    }
    EXPECT_TRUE(decoded(whole).icmp->about);
  }
}

// No byte's value leads past the end.
TEST(Decode, SurvivesEveryValueOfEveryByte) {
  for (const std::string& hex : {ipv4_syn, ipv6_syn, port_unreachable, too_big}) {
    const std::vector<std::uint8_t> whole = bytes(hex);
    ASSERT_FALSE(whole.empty());
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
