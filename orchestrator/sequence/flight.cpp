// SPDX-License-Identifier: MIT
#include "sequence/flight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace lab::sequence {
namespace {

using Port = std::string;  // "host:device", one end of a link

Port port_of(const Packet& packet) { return fmt::format("{}:{}", packet.host, packet.device); }

std::string host_of(const Port& port) { return port.substr(0, port.rfind(':')); }

std::map<Port, Port> peers_of(const Timeline& timeline) {
  std::map<Port, Port> peers;
  for (const auto& [one, other] : timeline.links) {
    peers[one] = other;
    peers[other] = one;
  }
  for (const auto& host : timeline.hosts) peers[host.name + ":lo"] = host.name + ":lo";
  return peers;
}

bool same_packet(const Packet& sent, const Packet& arrived) {
  return sent.protocol == arrived.protocol && sent.segment == arrived.segment &&
         sent.bytes == arrived.bytes;
}

Flight half(const Timeline& timeline, std::size_t index, const std::map<Port, Port>& peers) {
  const Packet& packet = timeline.packets[index];
  const auto peer = peers.find(port_of(packet));
  const std::string other = peer == peers.end() ? "?" : host_of(peer->second);
  Flight flight;
  flight.from = packet.outgoing ? packet.host : other;
  flight.to = packet.outgoing ? other : packet.host;
  (packet.outgoing ? flight.left : flight.arrived) = packet.time;
  (packet.outgoing ? flight.departure : flight.arrival) = index;
  flight.protocol =
      packet.icmp ? fmt::format("{} {}", packet.protocol, packet.icmp->name()) : packet.protocol;
  flight.segment = packet.segment;
  flight.injected = packet.injected;
  return flight;
}

std::vector<Flight> matched(const Timeline& timeline) {
  const auto peers = peers_of(timeline);
  std::vector<Flight> result;
  // All departures first: with equal timestamps, the capture may list an arrival before its
  // departure.
  struct Departure {
    const Packet* packet;
    std::size_t flight;
  };
  std::map<Port, std::vector<Departure>> under_way;
  for (std::size_t i = 0; i < timeline.packets.size(); ++i) {
    const Packet& packet = timeline.packets[i];
    if (!packet.outgoing) continue;
    under_way[port_of(packet)].push_back({&packet, result.size()});
    result.push_back(half(timeline, i, peers));
  }
  for (std::size_t i = 0; i < timeline.packets.size(); ++i) {
    const Packet& packet = timeline.packets[i];
    if (packet.outgoing) continue;
    const auto peer = peers.find(port_of(packet));
    auto* sent = peer == peers.end() ? nullptr : &under_way[peer->second];
    if (sent) {
      const auto found = std::find_if(sent->begin(), sent->end(), [&](const Departure& each) {
        return same_packet(*each.packet, packet);
      });
      if (found != sent->end()) {
        result[found->flight].arrived = packet.time;
        result[found->flight].arrival = i;
        sent->erase(found);
        continue;
      }
    }
    result.push_back(half(timeline, i, peers));
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Flight& a, const Flight& b) { return a.time() < b.time(); });
  return result;
}

// One direction of a connection. Includes the hosts, because two namespaces may use the same
// addresses, for example on loopback.
using Direction = std::tuple<std::string, std::string, Endpoint, Endpoint>;

void number(std::vector<Flight>& all) {
  std::map<Direction, std::uint32_t> initial;
  std::set<std::tuple<Direction, std::uint32_t, std::uint32_t, std::string>> sent;
  for (Flight& flight : all) {
    if (!flight.segment) continue;
    const Segment& segment = *flight.segment;
    const Direction there{flight.from, flight.to, segment.source, segment.destination};
    const Direction back{flight.to, flight.from, segment.destination, segment.source};
    // An injected SYN does not start another connection.
    if (segment.flags.syn && !flight.injected) initial[there] = segment.sequence;
    // If the capture began late, or nothing but a RST was sent, use the first number seen.
    const auto own = initial.try_emplace(there, segment.sequence).first;
    if (segment.flags.rst && own->second == segment.sequence) initial.erase(own);
    const auto base = initial.find(there);
    flight.sequence = base == initial.end() ? 0 : segment.sequence - base->second;
    const auto other = initial.find(back);
    flight.acknowledgment =
        other == initial.end() ? segment.acknowledgment : segment.acknowledgment - other->second;
    // In a simultaneous open, the SYN-ACK repeats the SYN's number but is not a retransmission, so
    // the key includes ACK.
    const std::string sort = segment.flags.syn   ? (segment.flags.ack ? "S." : "S")
                             : segment.flags.fin ? "F"
                                                 : "";
    const bool counts = !sort.empty() || segment.length > 0;
    flight.again = counts && !flight.injected &&
                   !sent.emplace(there, segment.sequence, segment.length, sort).second;
  }
}

}  // namespace

std::vector<Flight> flights(const Timeline& timeline) {
  std::vector<Flight> all = matched(timeline);
  number(all);
  for (Flight& flight : all)
    for (const StepRecord& step : timeline.steps)
      if (step.skipped.empty() && step.begin <= flight.time()) flight.step = step.index;
  return all;
}

bool crossing(const Flight& one, const Flight& other) {
  if (!one.whole() || !other.whole()) return false;
  if (one.from == one.to || one.from != other.to || one.to != other.from) return false;
  if (*one.left < *other.arrived && *other.left < *one.arrived) return true;
  if (!one.segment || !other.segment) return false;
  const Segment& a = *one.segment;
  const Segment& b = *other.segment;
  return a.source == b.destination && a.destination == b.source && a.flags.syn && b.flags.syn &&
         a.flags.ack == b.flags.ack;
}

bool simultaneous_open(const Flight& one, const Flight& other) {
  return crossing(one, other) && one.segment && other.segment && one.segment->flags.syn &&
         other.segment->flags.syn && !one.segment->flags.ack && !other.segment->flags.ack;
}

}  // namespace lab::sequence
