// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "support/hex_bytes.hpp"
#include "net/craft.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

const Hop hop{Mac::numbered(1), Mac::numbered(2)};
const std::string ethernet = "020000000002 020000000001";

Segment segment(const char* source, const char* destination, const char* flags) {
  Segment made;
  made.source = *Endpoint::parse(source);
  made.destination = *Endpoint::parse(destination);
  made.flags = *TcpFlags::parse(flags);
  return made;
}

// The example of RFC 1071, section 3.
TEST(InternetChecksum, MatchesTheRfc) {
  EXPECT_EQ(internet_checksum(bytes("0001 f203 f4f5 f6f7")), 0x220d);
}

TEST(InternetChecksum, PadsAnOddLastByteWithZero) {
  EXPECT_EQ(internet_checksum(bytes("01")), internet_checksum(bytes("0100")));
  EXPECT_EQ(internet_checksum({}), 0xffff);
}

TEST(TcpFrame, IsBuiltOverIPv4WithOptions) {
  Segment syn = segment("10.0.0.1:40000", "10.0.0.2:8888", "S");
  syn.sequence = 0x01020304;
  syn.window = 64240;
  syn.options.mss = 1460;
  syn.options.sack_permitted = true;
  syn.options.timestamps = {{100, 0}};
  syn.options.window_scale = 7;
  EXPECT_EQ(tcp_frame(hop, syn, ""),
            bytes(ethernet + "0800" + "4500 003c 0000 4000 4006 26ba 0a000001 0a000002" +
                  "9c40 22b8 01020304 00000000 a002 faf0 6fb1 0000" +
                  "020405b4 0402 080a 00000064 00000000 030307 00"));
}

TEST(TcpFrame, HasTheFlagOfAccurateEcnBeforeTheOthers) {
  const Segment data = segment("10.0.0.1:1", "10.0.0.2:2", "EP.");
  HeaderValues values;
  const auto plain = tcp_frame(hop, data, "", values);
  values.ae = true;
  const auto accurate = tcp_frame(hop, data, "", values);
  EXPECT_EQ(plain[46], 0x50);
  EXPECT_EQ(accurate[46], 0x51);
}

// The sum that a device completes over the segment, as the kernel begins it: not inverted.
TEST(TcpFrame, MayHaveTheSumOfItsPseudoHeaderOnly) {
  auto frame = tcp_frame(hop, segment("10.0.0.1:1", "10.0.0.2:2", "S"), "abcd");
  put_pseudo_header_sum(frame);
  // 0a00 + 0001 + 0a00 + 0002 + 6 (TCP) + 24 bytes
  EXPECT_EQ(frame[50] << 8 | frame[51], 0x1400 + 3 + 6 + 24);
}

TEST(TcpFrame, IsBuiltOverIPv6WithData) {
  Segment data = segment("[fd00::1]:40000", "[fd00::2]:8888", "P.");
  data.sequence = 1;
  data.acknowledgment = 10;
  data.window = 256;
  EXPECT_EQ(tcp_frame(hop, data, "Hello"),
            bytes(ethernet + "86dd" + "60000000 0019 06 40" +
                  "fd000000000000000000000000000001 fd000000000000000000000000000002" +
                  "9c40 22b8 00000001 0000000a 5018 0100 d1ed 0000" + "48656c6c6f"));
}

TEST(TcpFrame, HasRoomForTheOptionsOfASynWithACookie) {
  Segment syn = segment("10.0.0.1:1", "10.0.0.2:2", "S");
  syn.options.mss = 1460;
  syn.options.sack_permitted = true;
  syn.options.timestamps = {{1, 0}};
  syn.options.window_scale = 7;
  syn.options.fastopen_cookie = std::vector<std::uint8_t>(16);
  EXPECT_EQ(tcp_frame(hop, syn, "").size(), 14u + 20u + 60u);
  syn.options.sack = {{1, 2}};
  EXPECT_THROW(tcp_frame(hop, syn, ""), UsageError);
}

TEST(TcpFrame, IsRefusedIfItDoesNotFitIntoAPacket) {
  const Segment data = segment("10.0.0.1:1", "10.0.0.2:2", ".");
  EXPECT_EQ(tcp_frame(hop, data, std::string(65535 - 40, 'x')).size(), 14u + 65535u);
  EXPECT_THROW(tcp_frame(hop, data, std::string(65535 - 39, 'x')), UsageError);
}

TEST(IcmpErrorFrame, QuotesThePacketOverIPv4) {
  const std::string quoted = "4500 002c 0000 4000 4006 26ca 0a000001 0a000002 9c40 22b8 01020304";
  EXPECT_EQ(icmp_error_frame(hop, *Address::parse("10.0.0.2"), *Address::parse("10.0.0.1"), {3, 3},
                             1280, bytes(quoted)),
            bytes(ethernet + "0800" + "4500 0038 0000 4000 4001 26c3 0a000002 0a000001" +
                  "0303 39fe 00000000" + quoted));
}

TEST(IcmpErrorFrame, CoversTheAddressesAndHasTheMtuOverIPv6) {
  const std::string quoted =
      "60000000 0019 06 40"
      "fd000000000000000000000000000001 fd000000000000000000000000000002"
      "9c40 22b8 00000001 0000000a 5018 0100 d1ed 0000";
  EXPECT_EQ(icmp_error_frame(hop, *Address::parse("fd00::2"), *Address::parse("fd00::1"), {2, 0},
                             1280, bytes(quoted)),
            bytes(ethernet + "86dd" + "60000000 0044 3a 40" +
                  "fd000000000000000000000000000002 fd000000000000000000000000000001" +
                  "0200 bc14 00000500" + quoted));
}

TEST(IcmpErrorFrame, QuotesNoMoreThanTheMinimumMtuHolds) {
  const std::vector<std::uint8_t> large(1500);
  const auto length = [&](const char* source, const char* destination, IcmpCode code) {
    return icmp_error_frame(hop, *Address::parse(source), *Address::parse(destination), code, 1280,
                            large)
        .size();
  };
  EXPECT_EQ(length("10.0.0.2", "10.0.0.1", {3, 4}), 14u + 576u);
  EXPECT_EQ(length("fd00::2", "fd00::1", {2, 0}), 14u + 1280u);
}

}  // namespace
}  // namespace lab
