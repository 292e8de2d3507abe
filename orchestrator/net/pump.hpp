// SPDX-License-Identifier: MIT
//
// Sends data through a connection and checks that it arrives unchanged.
#pragma once

#include <cstdint>
#include <optional>

#include "net/socket.hpp"

namespace lab {

struct Pumped {
  int error = 0;            // of the call that failed; EAGAIN: the deadline passed first
  std::uint64_t bytes = 0;  // how many have arrived unchanged
  bool closed = false;      // the sender's side was closed before all had arrived
  bool differs = false;     // the next byte that arrived is not the one that was sent
};

// Writes `bytes` bytes to `from` and reads them from `to`, its peer, at the same
// time, so that no buffer has to hold them all. Both may be one socket that is
// connected to itself. Ends at the first error or difference.
Pumped pump(TcpSocket& from, TcpSocket& to, std::uint64_t bytes, const Deadline& deadline);

}  // namespace lab
