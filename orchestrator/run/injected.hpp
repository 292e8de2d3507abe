// SPDX-License-Identifier: MIT
//
// The frames that the lab injected, to distinguish them from what sockets sent.
#pragma once

#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "record/packet.hpp"

namespace lab::run {

class InjectedPackets {
 public:
  // A frame that is about to be sent.
  void add(std::vector<std::uint8_t> frame);
  // Sets Packet::injected on the captured copies of those frames: for each frame, interface and
  // direction, the first captured after it was sent. Compares segments and not bytes, because
  // a router changes link addresses and hop counts. The packets of each host must be in order.
  void mark(std::span<Packet> captured);

 private:
  struct Sent {
    Packet packet;
    std::set<std::tuple<std::string, std::string, bool>> seen;  // host, device, outgoing
  };
  std::vector<Sent> sent_;
};

}  // namespace lab::run
