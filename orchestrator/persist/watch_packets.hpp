// SPDX-License-Identifier: MIT
//
// The packets of one namespace as they come, until somebody ends it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "net/namespace.hpp"
#include "record/packet.hpp"

namespace lab::persist {

struct WatchSettings {
  std::string device;      // empty: all interfaces
  std::uint64_t most = 0;  // ends after so many; 0: never
  int end_fd = -1;         // ends when this becomes readable
  int reader_fd = -1;      // ends when nobody reads from this pipe any more; -1: none
};

struct Watched {
  std::uint64_t packets = 0;
  std::uint64_t lost = 0;  // that the kernel had no room for
};

// `ready` is called when every packet from then on is seen; `tell` for each packet;
// `told` when those that had come are told. Throws EnvironmentError.
Watched watch_packets(const Namespace& space, const std::string& host,
                      const WatchSettings& settings, const std::function<void()>& ready,
                      const std::function<void(const Packet&)>& tell,
                      const std::function<void()>& told);

}  // namespace lab::persist
