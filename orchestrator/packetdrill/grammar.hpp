// SPDX-License-Identifier: MIT
//
// The parts of the grammar: recursive descent. Each function takes its construct from the cursor,
// or throws yaml::Problem.
#pragma once

#include <optional>
#include <vector>

#include "packetdrill/tokens.hpp"

namespace lab::packetdrill {

// "< S 0:0(0) win 32792 <mss 1460>"; the cursor is at "<" or ">".
Packet parse_packet(Cursor& cursor);
// "<mss 1460,nop,sackOK>", "<...>"; nothing there: an empty list.
std::optional<std::vector<TcpOption>> parse_tcp_options(Cursor& cursor);
// "...0.2 read(4, ..., 1000) = 1000"
Call parse_call(Cursor& cursor);
// "0.25", "1": seconds
std::chrono::microseconds parse_time(Cursor& cursor);

}  // namespace lab::packetdrill
