// SPDX-License-Identifier: MIT
#include "net/info_fields.hpp"

#include <gmock/gmock.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>

#include <array>
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

TEST(InfoFields, OfAccurateEcnAreBits) {
  std::array<std::uint8_t, 280> bytes{};
  const std::uint32_t number = 1u | 2u << 2 | 9u << 4 | 5u << 8;
  std::memcpy(bytes.data() + 276, &number, sizeof number);
  const auto fields = read_info_fields(bytes);
  EXPECT_EQ(fields.at("tcpi_ecn_mode"), 1u);
  EXPECT_EQ(fields.at("tcpi_accecn_opt_seen"), 2u);
  EXPECT_EQ(fields.at("tcpi_accecn_fail_mode"), 9u);
  EXPECT_EQ(fields.at("tcpi_options2"), 5u);
}

TEST(MemoryFields, AreThoseOfTheKernel) {
  const std::uint32_t numbers[] = {1, 131072, 3};
  const auto fields = read_memory_fields(numbers);
  EXPECT_EQ(fields.size(), 3u);
  EXPECT_EQ(fields.at("SK_MEMINFO_RCVBUF"), 131072u);
  EXPECT_EQ(memory_fields()[SK_MEMINFO_DROPS], "SK_MEMINFO_DROPS");
  EXPECT_EQ(memory_fields().size(), std::size_t{SK_MEMINFO_VARS});
}

}  // namespace
}  // namespace lab
