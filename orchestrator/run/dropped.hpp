// SPDX-License-Identifier: MIT
//
// Marks captured packets that a Drop step discards. The capture is before the rules that drop
// them (net/losses.hpp), so it sees them all.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "net/losses.hpp"
#include "record/packet.hpp"

namespace lab::run {

class DroppedPackets {
 public:
  // From now on, the next `count` matching segments that arrive at this host are dropped.
  void add(const std::string& host, SegmentFilter filter, unsigned count);
  // Sets Packet::lost on them, counting as the kernel's rule counts; the two agree unless the
  // capture lost packets. The packets of each host must be in order.
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
