// SPDX-License-Identifier: MIT
#include "capture/capture.hpp"

#include <net/if_arp.h>

#include <utility>

#include "capture/checksum.hpp"
#include "capture/decode.hpp"
#include "capture/timestamps.hpp"

namespace lab {

Capture::Capture(const Namespace& space, std::string host, const std::string& device)
    : socket_(space, device), host_(std::move(host)) {
  await_timestamps(Deadline(std::chrono::seconds(10)));
}

std::size_t Capture::drain(std::vector<Packet>& into) {
  std::size_t count = 0;
  while (const auto frame = socket_.receive()) {
    ++count;
    if (!frame->stamp) ++unstamped_;
    Packet packet;
    packet.time = frame->stamp.value_or(now());
    packet.host = host_;
    packet.device = device_name(frame->interface);
    packet.outgoing = frame->outgoing;
    packet.for_another_host = frame->for_another_host;
    packet.bytes.assign(frame->bytes.begin(), frame->bytes.end());
    packet.missing = static_cast<std::uint32_t>(frame->missing);
    if (frame->link_type == ARPHRD_ETHER || frame->link_type == ARPHRD_LOOPBACK) {
      if (frame->checksum_missing) fill_checksum(packet.bytes);
      decode(packet);
    } else {
      packet.protocol = "link type " + std::to_string(frame->link_type);  // no Ethernet header
    }
    into.push_back(std::move(packet));
  }
  return count;
}

std::uint64_t Capture::dropped() { return dropped_ += socket_.take_drops(); }

const std::string& Capture::device_name(int index) {
  const auto known = names_.find(index);
  if (known != names_.end()) return known->second;
  return names_[index] = socket_.interface_name(index);
}

}  // namespace lab
