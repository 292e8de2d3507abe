// SPDX-License-Identifier: MIT
//
// Moves data through a connection and looks whether it arrives as it was sent.
#pragma once

#include <cstdint>
#include <optional>

#include "net/socket.hpp"

namespace lab {

struct Pumped {
  int error = 0;            // of the call that failed; EAGAIN: the deadline passed first
  std::uint64_t bytes = 0;  // how many have arrived, each the one that was sent
  bool closed = false;      // the sender's side ended before all had arrived
  bool differs = false;     // the next byte that arrived is not the one that was sent
};

// Writes `bytes` bytes to `from` and reads them from `to`, its peer, as they
// come, so that no buffer has to hold them all. The two may be one socket that
// is connected to itself. Ends at the first error or difference.
Pumped pump(TcpSocket& from, TcpSocket& to, std::uint64_t bytes, const Deadline& deadline);

}  // namespace lab
