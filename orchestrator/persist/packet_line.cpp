// SPDX-License-Identifier: MIT
#include "persist/packet_line.hpp"

#include <fmt/format.h>

#include <ctime>

namespace lab::persist {
namespace {

// In local time, with microseconds.
std::string clock(Timestamp time) {
  constexpr Timestamp second = 1'000'000'000, microsecond = 1000;
  const auto seconds = static_cast<std::time_t>(time / second);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return fmt::format("{:02}:{:02}:{:02}.{:06}", parts.tm_hour, parts.tm_min, parts.tm_sec,
                     time % second / microsecond);
}

}  // namespace

std::string PacketLines::name_of(const Endpoint& endpoint) const {
  const auto found = names_.find(endpoint.address);
  return found == names_.end() ? endpoint.str()
                               : fmt::format("{}:{}", found->second, endpoint.port);
}

void PacketLines::print(draw::Page& page, const Packet& packet) {
  draw::Line line;
  line.add(clock(packet.time), draw::Ink::faint)
      .to(17)
      .add(fmt::format("{} {}", packet.outgoing ? "out" : "in ", packet.device))
      .to(27);
  if (!packet.segment) {
    std::string what = packet.protocol;
    if (packet.icmp && packet.icmp->about)
      what += fmt::format(" about {} > {}", name_of(packet.icmp->about->source),
                          name_of(packet.icmp->about->destination));
    line.add(fmt::format("{}, {} bytes", what, packet.bytes.size() + packet.missing));
    line.print(page);
    return;
  }
  const Segment& segment = *packet.segment;
  const auto from = first_.try_emplace({segment.source, segment.destination}, segment.sequence);
  if (segment.flags.syn) from.first->second = segment.sequence;
  const auto to = first_.find({segment.destination, segment.source});
  const std::uint32_t acknowledgment =
      segment.acknowledgment - (to == first_.end() ? segment.acknowledgment : to->second);
  line.add(fmt::format("{} > {}  ", name_of(segment.source), name_of(segment.destination)))
      .add(flags_in_words(segment.flags), segment.flags.rst ? draw::Ink::bad : draw::Ink::accent)
      .add(" " + numbers_in_words(segment, segment.sequence - from.first->second, acknowledgment));
  line.print(page);
}

}  // namespace lab::persist
