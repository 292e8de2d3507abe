// SPDX-License-Identifier: MIT
#include "record/exchange.hpp"

#include <algorithm>

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
  for (const Packet& packet : probe.packets) {
    if (packet.for_another_host) continue;  // as good as lost
    const bool here = packet.host == Probe::here;
    const bool at_sender = exchange.one_host || !here;
    if (packet.segment && packet.segment->flags.rst && packet.outgoing && here)
      ++exchange.resets_left;
    // What the receiver sends to itself does not get to the sender.
    if (here && !exchange.one_host && packet.device == "lo") continue;
    const bool there = packet.segment && packet.segment->source == probe.source &&
                       packet.segment->destination == probe.destination;
    const bool back = packet.segment && packet.segment->source == probe.destination &&
                      packet.segment->destination == probe.source;
    const bool about = packet.icmp && packet.icmp->about &&
                       packet.icmp->about->source == probe.source &&
                       packet.icmp->about->destination == probe.destination;
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
