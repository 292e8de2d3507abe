// SPDX-License-Identifier: MIT
//
// The fields of struct tcp_info (linux/tcp.h), and the numbers of SO_MEMINFO (linux/sock_diag.h), by
// name. The kernel appends fields to them, so an older kernel has fewer than these lists.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace lab {

struct InfoFieldPlace {
  std::string_view name;    // "tcpi_snd_cwnd"
  unsigned offset = 0;      // bytes
  unsigned size = 0;        // bytes
  unsigned shift = 0;       // bits, of a bit field
  unsigned width = 8 * size;  // bits
};

// In the order of the struct.
std::span<const InfoFieldPlace> info_fields();

// Those of them that are in what getsockopt(TCP_INFO) has returned.
std::map<std::string, std::uint64_t> read_info_fields(std::span<const std::uint8_t> info);

// "SK_MEMINFO_RCVBUF" and so on, in the order of getsockopt(SO_MEMINFO).
std::span<const std::string_view> memory_fields();
// Those of them that it has returned.
std::map<std::string, std::uint64_t> read_memory_fields(std::span<const std::uint32_t> numbers);

}  // namespace lab
