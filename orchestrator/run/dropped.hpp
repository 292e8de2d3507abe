// SPDX-License-Identifier: MIT
//
// What Drop steps have lost, as distinct from what has come in. The captures stand
// before the rules that lose it (net/losses.hpp), so they saw it all the same.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "net/losses.hpp"
#include "record/packet.hpp"

namespace lab::run {

class DroppedPackets {
 public:
  // The next `count` segments that come in at this host from now on and fit are lost.
  void add(const std::string& host, SegmentFilter filter, unsigned count);
  // Sets Packet::lost on their copies, by the rule that the kernel has been given: it
  // counts them, too, so neither can be off by one unless the capture lost packets.
  // The packets of each host are in order.
  void mark(std::span<Packet> captured);

 private:
  struct Rule {
    std::string host;
    SegmentFilter filter;
    unsigned left;
    Timestamp since;
  };
  std::vector<Rule> rules_;
};

}  // namespace lab::run
