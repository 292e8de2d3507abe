// SPDX-License-Identifier: MIT
#include "record/exchange.hpp"

#include <algorithm>
#include <vector>

namespace lab {
namespace {

Exchange::Reply reply_of(const TcpFlags& flags) {
  if (flags.rst) return Exchange::Reply::rst;
  if (flags.syn && flags.ack) return Exchange::Reply::syn_ack;
  return flags.ack ? Exchange::Reply::ack : Exchange::Reply::none;
}

}  // namespace

Exchange exchange_of(const Probe& probe) {
  Exchange exchange;
  exchange.observed = probe.no_packets.empty();
  exchange.one_host = std::ranges::none_of(
      probe.packets, [](const Packet& packet) { return packet.host == Probe::sender; });
  const std::vector<Ends> ends = ends_of(probe);
  const auto is_sent = [&](const Endpoint& from, const Endpoint& to) {
    return std::ranges::find(ends, Ends{from, to}) != ends.end();
  };
  for (const Packet& packet : probe.packets) {
    if (packet.for_another_host) continue;  // as good as lost
    const bool here = packet.host == Probe::here;
    const bool at_sender = exchange.one_host || !here;
    if (packet.segment && packet.segment->flags.rst && packet.outgoing && here)
      ++exchange.resets_left;
    // What the receiver sends to itself does not get to the sender.
    if (here && !exchange.one_host && packet.device == "lo") continue;
    const bool there =
        packet.segment && is_sent(packet.segment->source, packet.segment->destination);
    const bool back =
        packet.segment && is_sent(packet.segment->destination, packet.segment->source);
    // One that TCP does not take for an error is no answer, as a redirect: the SYN goes on.
    const bool about = packet.icmp && packet.icmp->about &&
                       icmp_errno(packet.icmp->code, packet.icmp->source.family()) != 0 &&
                       is_sent(packet.icmp->about->source, packet.icmp->about->destination);
    if (there && packet.segment->flags.syn && !packet.segment->flags.ack) {
      if (at_sender && packet.outgoing) ++exchange.syns_left;
      if (here && !packet.outgoing) exchange.syn_arrived = true;
    }
    if (!back && !about) continue;
    if (about && !exchange.icmp) exchange.icmp = packet.icmp;
    if (exchange.first == Exchange::Reply::none)
      exchange.first = about ? Exchange::Reply::icmp : reply_of(packet.segment->flags);
    if (here && packet.outgoing) exchange.reply_left = true;
    if (at_sender && !packet.outgoing) exchange.reply_arrived = true;
  }
  return exchange;
}

}  // namespace lab
