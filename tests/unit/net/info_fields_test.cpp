// SPDX-License-Identifier: MIT
#include "net/info_fields.hpp"

#include <gmock/gmock.h>
#include <linux/tcp.h>

#include <cstddef>
#include <cstring>

namespace lab {
namespace {

std::map<std::string, std::uint64_t> fields_of(const tcp_info& info, std::size_t length) {
  std::vector<std::uint8_t> bytes(length);
  std::memcpy(bytes.data(), &info, length);
  return read_info_fields(bytes);
}

TEST(InfoFields, AreReadFromTheirPlaces) {
  tcp_info info{};
  info.tcpi_ca_state = 3;
  info.tcpi_snd_wscale = 7;
  info.tcpi_rcv_wscale = 9;
  info.tcpi_fastopen_client_fail = 2;
  info.tcpi_snd_cwnd = 10;
  info.tcpi_bytes_acked = 0x1'0000'0001;
  info.tcpi_min_rtt = 4;
  info.tcpi_bytes_retrans = 5;
  info.tcpi_rcv_ooopack = 6;
  auto fields = fields_of(info, sizeof info);
  EXPECT_EQ(fields["tcpi_ca_state"], 3u);
  EXPECT_EQ(fields["tcpi_snd_wscale"], 7u);
  EXPECT_EQ(fields["tcpi_rcv_wscale"], 9u);
  EXPECT_EQ(fields["tcpi_fastopen_client_fail"], 2u);
  EXPECT_EQ(fields["tcpi_delivery_rate_app_limited"], 0u);
  EXPECT_EQ(fields["tcpi_snd_cwnd"], 10u);
  EXPECT_EQ(fields["tcpi_bytes_acked"], 0x1'0000'0001u);
  EXPECT_EQ(fields["tcpi_min_rtt"], 4u);
  EXPECT_EQ(fields["tcpi_bytes_retrans"], 5u);
  EXPECT_EQ(fields["tcpi_rcv_ooopack"], 6u);
}

TEST(InfoFields, OfAnOlderKernelAreFewer) {
  const auto fields = fields_of(tcp_info{}, offsetof(tcp_info, tcpi_pacing_rate));
  EXPECT_TRUE(fields.contains("tcpi_total_retrans"));
  EXPECT_FALSE(fields.contains("tcpi_pacing_rate"));
  EXPECT_TRUE(read_info_fields({}).empty());
}

}  // namespace
}  // namespace lab
