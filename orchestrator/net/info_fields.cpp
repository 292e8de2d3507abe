// SPDX-License-Identifier: MIT
#include "net/info_fields.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace lab {
namespace {

constexpr InfoFieldPlace fields[] = {
    {"tcpi_state", 0, 1},
    {"tcpi_ca_state", 1, 1},
    {"tcpi_retransmits", 2, 1},
    {"tcpi_probes", 3, 1},
    {"tcpi_backoff", 4, 1},
    {"tcpi_options", 5, 1},
    {"tcpi_snd_wscale", 6, 1, 0, 4},
    {"tcpi_rcv_wscale", 6, 1, 4, 4},
    {"tcpi_delivery_rate_app_limited", 7, 1, 0, 1},
    {"tcpi_fastopen_client_fail", 7, 1, 1, 2},
    {"tcpi_rto", 8, 4},
    {"tcpi_ato", 12, 4},
    {"tcpi_snd_mss", 16, 4},
    {"tcpi_rcv_mss", 20, 4},
    {"tcpi_unacked", 24, 4},
    {"tcpi_sacked", 28, 4},
    {"tcpi_lost", 32, 4},
    {"tcpi_retrans", 36, 4},
    {"tcpi_fackets", 40, 4},
    {"tcpi_last_data_sent", 44, 4},
    {"tcpi_last_ack_sent", 48, 4},
    {"tcpi_last_data_recv", 52, 4},
    {"tcpi_last_ack_recv", 56, 4},
    {"tcpi_pmtu", 60, 4},
    {"tcpi_rcv_ssthresh", 64, 4},
    {"tcpi_rtt", 68, 4},
    {"tcpi_rttvar", 72, 4},
    {"tcpi_snd_ssthresh", 76, 4},
    {"tcpi_snd_cwnd", 80, 4},
    {"tcpi_advmss", 84, 4},
    {"tcpi_reordering", 88, 4},
    {"tcpi_rcv_rtt", 92, 4},
    {"tcpi_rcv_space", 96, 4},
    {"tcpi_total_retrans", 100, 4},
    {"tcpi_pacing_rate", 104, 8},
    {"tcpi_max_pacing_rate", 112, 8},
    {"tcpi_bytes_acked", 120, 8},
    {"tcpi_bytes_received", 128, 8},
    {"tcpi_segs_out", 136, 4},
    {"tcpi_segs_in", 140, 4},
    {"tcpi_notsent_bytes", 144, 4},
    {"tcpi_min_rtt", 148, 4},
    {"tcpi_data_segs_in", 152, 4},
    {"tcpi_data_segs_out", 156, 4},
    {"tcpi_delivery_rate", 160, 8},
    {"tcpi_busy_time", 168, 8},
    {"tcpi_rwnd_limited", 176, 8},
    {"tcpi_sndbuf_limited", 184, 8},
    {"tcpi_delivered", 192, 4},
    {"tcpi_delivered_ce", 196, 4},
    {"tcpi_bytes_sent", 200, 8},
    {"tcpi_bytes_retrans", 208, 8},
    {"tcpi_dsack_dups", 216, 4},
    {"tcpi_reord_seen", 220, 4},
    {"tcpi_rcv_ooopack", 224, 4},
    {"tcpi_snd_wnd", 228, 4},
    {"tcpi_rcv_wnd", 232, 4},
    {"tcpi_rehash", 236, 4},
    {"tcpi_total_rto", 240, 2},
    {"tcpi_total_rto_recoveries", 242, 2},
    {"tcpi_total_rto_time", 244, 4},
    {"tcpi_received_ce", 248, 4},
    {"tcpi_delivered_e1_bytes", 252, 4},
    {"tcpi_delivered_e0_bytes", 256, 4},
    {"tcpi_delivered_ce_bytes", 260, 4},
    {"tcpi_received_e1_bytes", 264, 4},
    {"tcpi_received_e0_bytes", 268, 4},
    {"tcpi_received_ce_bytes", 272, 4},
    {"tcpi_ecn_mode", 276, 4, 0, 2},
    {"tcpi_accecn_opt_seen", 276, 4, 2, 2},
    {"tcpi_accecn_fail_mode", 276, 4, 4, 4},
    {"tcpi_options2", 276, 4, 8, 24},
};

constexpr std::string_view of_memory[] = {
    "SK_MEMINFO_RMEM_ALLOC", "SK_MEMINFO_RCVBUF",    "SK_MEMINFO_WMEM_ALLOC",
    "SK_MEMINFO_SNDBUF",     "SK_MEMINFO_FWD_ALLOC", "SK_MEMINFO_WMEM_QUEUED",
    "SK_MEMINFO_OPTMEM",     "SK_MEMINFO_BACKLOG",   "SK_MEMINFO_DROPS"};

// A number of up to 8 bytes in the order of this machine.
std::uint64_t number_at(std::span<const std::uint8_t> bytes, unsigned offset, unsigned size) {
  if (size == 1) return bytes[offset];
  const auto copied = [&]<typename Number>(Number number) -> std::uint64_t {
    std::memcpy(&number, bytes.data() + offset, sizeof number);
    return number;
  };
  if (size == 2) return copied(std::uint16_t{});
  if (size == 4) return copied(std::uint32_t{});
  return copied(std::uint64_t{});
}

}  // namespace

std::span<const InfoFieldPlace> info_fields() { return fields; }

std::map<std::string, std::uint64_t> read_info_fields(std::span<const std::uint8_t> info) {
  std::map<std::string, std::uint64_t> values;
  for (const InfoFieldPlace& field : fields) {
    if (field.offset + field.size > info.size()) break;
    std::uint64_t value = number_at(info, field.offset, field.size) >> field.shift;
    if (field.width < 8 * sizeof value) value &= (std::uint64_t{1} << field.width) - 1;
    values[std::string(field.name)] = value;
  }
  return values;
}

std::span<const std::string_view> memory_fields() { return of_memory; }

std::map<std::string, std::uint64_t> read_memory_fields(std::span<const std::uint32_t> numbers) {
  std::map<std::string, std::uint64_t> values;
  for (std::size_t i = 0; i < std::min(numbers.size(), std::size(of_memory)); ++i)
    values[std::string(of_memory[i])] = numbers[i];
  return values;
}

}  // namespace lab
