// SPDX-License-Identifier: MIT
#include "run/injected.hpp"

#include <utility>

#include "capture/decode.hpp"

namespace lab::run {

void InjectedPackets::add(std::vector<std::uint8_t> frame) {
  Packet packet;
  packet.time = now();
  packet.bytes = std::move(frame);
  decode(packet);
  sent_.push_back({std::move(packet), {}});
}

void InjectedPackets::mark(std::span<Packet> captured) {
  for (Packet& packet : captured) {
    for (auto& [sent, seen] : sent_) {
      if (packet.time < sent.time || packet.protocol != sent.protocol ||
          packet.segment != sent.segment || packet.icmp != sent.icmp)
        continue;
      packet.injected = seen.emplace(packet.host, packet.device, packet.outgoing).second;
      if (packet.injected) break;
    }
  }
}

}  // namespace lab::run
