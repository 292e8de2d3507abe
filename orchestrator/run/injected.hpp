// SPDX-License-Identifier: MIT
//
// What the lab itself has sent, so that it can be distinguished from what sockets sent.
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
  // Sets Packet::injected on the copies of those frames: once an interface and
  // direction for each, the first that was captured after it was sent. A router
  // changes link addresses and hops, so the segments are compared and not the
  // bytes. The packets of each host are in order.
  void mark(std::span<Packet> captured);

 private:
  struct Sent {
    Packet packet;
    std::set<std::tuple<std::string, std::string, bool>> seen;  // host, device, outgoing
  };
  std::vector<Sent> sent_;
};

}  // namespace lab::run
