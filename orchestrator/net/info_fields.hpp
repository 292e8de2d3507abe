// SPDX-License-Identifier: MIT
//
// The fields of struct tcp_info (linux/tcp.h), by name. The kernel appends fields to it, so an
// older kernel has fewer than this list.
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

}  // namespace lab
