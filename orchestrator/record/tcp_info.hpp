// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "record/row.hpp"

namespace lab {

// What TCP_INFO (tcp(7), struct tcp_info) reports about a socket.
struct TcpInfo {
  TcpState state = TcpState::closed;
  std::uint32_t total_retransmissions = 0;  // tcpi_total_retrans: segments, over its life
  std::uint32_t unacknowledged = 0;         // tcpi_unacked: segments sent and not acknowledged
  std::vector<std::string> options = {};    // tcpi_options: "timestamps", "sack", "syn-data"
  // All fields that this kernel has, by name: "tcpi_snd_cwnd". Empty: stored by an older version.
  std::map<std::string, std::uint64_t> fields = {};
};

}  // namespace lab
