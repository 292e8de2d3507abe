// SPDX-License-Identifier: MIT
#include "capture/checksum.hpp"

#include <gmock/gmock.h>

#include "net/craft.hpp"

namespace lab {
namespace {

constexpr std::size_t in_tcp = 16;  // the place of the checksum

void expect_filled(const char* from, const char* to, std::size_t ip_header) {
  Segment segment;
  segment.source = *Endpoint::parse(from);
  segment.destination = *Endpoint::parse(to);
  segment.flags = *TcpFlags::parse("P.");
  segment.options.mss = 1460;
  for (const std::string_view data : {"", "Hello", "even data!"}) {
    const std::vector<std::uint8_t> whole = tcp_frame({}, segment, data);
    std::vector<std::uint8_t> partial = whole;
    const std::size_t place = 14 + ip_header + in_tcp;
    partial[place] = 0x12;
    partial[place + 1] = 0x34;
    ASSERT_NE(partial, whole);
    fill_checksum(partial);
    EXPECT_EQ(partial, whole) << data;
  }
}

TEST(FillChecksum, MakesTheSegmentAsItIsOnAWire) {
  expect_filled("10.0.0.1:40000", "10.0.0.2:8888", 20);
  expect_filled("[fd00::1]:40000", "[fd00::2]:8888", 40);
}

TEST(FillChecksum, LeavesWhatIsNoWholeSegment) {
  Segment segment;
  segment.source = *Endpoint::parse("10.0.0.1:1");
  segment.destination = *Endpoint::parse("10.0.0.2:2");
  const std::vector<std::uint8_t> whole = tcp_frame({}, segment, "Hello");
  for (const std::size_t size : {std::size_t{0}, std::size_t{20}, whole.size() - 1}) {
    std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    if (size > 50) cut[50] = 0x12;
    const std::vector<std::uint8_t> before = cut;
    fill_checksum(cut);
    EXPECT_EQ(cut, before) << size;
  }
}

}  // namespace
}  // namespace lab
