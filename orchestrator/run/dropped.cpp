// SPDX-License-Identifier: MIT
#include "run/dropped.hpp"

#include <algorithm>
#include <utility>

namespace lab::run {
namespace {

bool fits(const SegmentFilter& filter, const Segment& segment) {
  const auto has = [](const std::vector<Address>& list, const Address& address) {
    return std::ranges::find(list, address) != list.end();
  };
  const auto is = [](std::uint16_t wanted, std::uint16_t port) {
    return wanted == 0 || wanted == port;
  };
  return segment.flags == filter.flags && has(filter.sources, segment.source.address) &&
         has(filter.destinations, segment.destination.address) &&
         is(filter.source_port, segment.source.port) &&
         is(filter.destination_port, segment.destination.port);
}

}  // namespace

void DroppedPackets::add(const std::string& host, SegmentFilter filter, unsigned count) {
  rules_.push_back({host, std::move(filter), count, now()});
}

void DroppedPackets::mark(std::span<Packet> captured) {
  for (Packet& packet : captured) {
    if (packet.outgoing || !packet.segment) continue;
    const auto rule = std::ranges::find_if(rules_, [&packet](const Rule& each) {
      return each.left > 0 && each.host == packet.host && packet.time >= each.since &&
             fits(each.filter, *packet.segment);
    });
    if (rule == rules_.end()) continue;
    packet.lost = true;
    --rule->left;
  }
}

}  // namespace lab::run
