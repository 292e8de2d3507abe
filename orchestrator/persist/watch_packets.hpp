// SPDX-License-Identifier: MIT
//
// Reports the packets of one namespace as they come, until it is stopped.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "net/namespace.hpp"
#include "record/packet.hpp"

namespace lab::persist {

struct WatchSettings {
  std::string device;      // empty: all interfaces
  std::uint64_t most = 0;  // ends after this many; 0: never
  int end_fd = -1;         // ends when this becomes readable
  int reader_fd = -1;      // ends when the read end of this pipe is closed; -1: none
};

struct Watched {
  std::uint64_t packets = 0;
  std::uint64_t lost = 0;  // dropped because the kernel's buffer was full
};

// Calls `ready` when every packet from then on is seen, `report` for each packet, and
// `batch_done` after each batch of packets. Throws EnvironmentError.
Watched watch_packets(const Namespace& space, const std::string& host,
                      const WatchSettings& settings, const std::function<void()>& ready,
                      const std::function<void(const Packet&)>& report,
                      const std::function<void()>& batch_done);

}  // namespace lab::persist
