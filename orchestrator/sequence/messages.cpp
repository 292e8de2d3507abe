// SPDX-License-Identifier: MIT
#include "sequence/messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "check/paths.hpp"
#include "record/path_words.hpp"
#include "sequence/holds.hpp"

namespace lab::sequence {
namespace {

// The fields that a forwarding host does not change. It may change the MSS and the ends.
bool same_but_for_ends(const Segment& one, const Segment& other) {
  TcpOptions a = one.options, b = other.options;
  a.mss = b.mss = std::nullopt;
  return one.flags == other.flags && one.sequence == other.sequence &&
         one.acknowledgment == other.acknowledgment && one.window == other.window &&
         one.length == other.length && a == b;
}

const IcmpError* error_of(const Timeline& timeline, const Flight& flight) {
  const auto index = flight.arrival ? flight.arrival : flight.departure;
  const auto& icmp = timeline.packets[*index].icmp;
  return icmp ? &*icmp : nullptr;
}

bool is_same(const Timeline& timeline, const Flight& came, const Flight& goes) {
  if (came.injected != goes.injected || came.protocol != goes.protocol) return false;
  if (came.segment && goes.segment) return same_but_for_ends(*came.segment, *goes.segment);
  const IcmpError* one = error_of(timeline, came);
  const IcmpError* other = error_of(timeline, goes);
  return one && other && one->code == other->code && one->about && other->about &&
         one->about->sequence == other->about->sequence;
}

bool same_ends(const Flight& came, const Flight& goes) {
  return !came.segment || (came.segment->source == goes.segment->source &&
                           came.segment->destination == goes.segment->destination);
}

// Whether `goes` is `came`, forwarded by the host where `came` arrived.
bool goes_on(const Timeline& timeline, const Flight& came, const Flight& goes) {
  if (!came.arrived || !goes.left || came.to != goes.from || came.from == came.to ||
      goes.from == goes.to || *goes.left < *came.arrived)
    return false;
  // Only a packet with another destination goes back over the same link.
  if (goes.to == came.from && same_ends(came, goes)) return false;
  return is_same(timeline, came, goes);
}

class MessageBuilder {
 public:
  MessageBuilder(const Timeline& timeline, const Paths& paths, std::vector<Lane>& lanes)
      : timeline_(timeline),
        paths_(paths),
        lanes_(lanes),
        flights_(flights(timeline)),
        holds_(timeline, flights_) {}

  std::vector<Message> all() {
    for (const Flight& flight : flights_) add(flight);
    for (Message& message : messages_) end(message);
    add_unsent();
    link_answers();
    find_crossings();
    name_ports();
    return std::move(messages_);
  }

 private:
  std::size_t lane_of(const std::string& host) const {
    const auto lane = std::ranges::find(lanes_, host, &Lane::host);
    return static_cast<std::size_t>(lane - lanes_.begin());
  }

  Hop hop_for(const Flight& flight) const {
    Hop hop;
    hop.flight = flight;
    hop.from = lane_of(flight.from);
    hop.to = lane_of(flight.to);
    return hop;
  }

  void add(const Flight& flight) {
    Hop hop = hop_for(flight);
    // A host forwards packets in the order of their arrival.
    const auto open = std::ranges::find_if(at_host_[flight.from], [&](std::size_t index) {
      return goes_on(timeline_, messages_[index].last(), flight);
    });
    std::size_t index = messages_.size();
    if (open == at_host_[flight.from].end()) {
      if (flight.departure && paths_[*flight.departure])
        hop.ready = paths_[*flight.departure]->events.front()->time;
      messages_.emplace_back();
    } else {
      index = *open;
      at_host_[flight.from].erase(open);
      hop.ready = messages_[index].last().arrived;
      hop.rewritten = rewriting(messages_[index].last(), flight);
      lanes_[hop.from].forwards = true;
    }
    hop.held = holds_.held(flight, hop.ready);
    messages_[index].hops.push_back(std::move(hop));
    if (flight.arrived && flight.from != flight.to && may_forward(flight.to))
      at_host_[flight.to].push_back(index);
  }

  bool may_forward(const std::string& name) const {
    const auto host = std::ranges::find(timeline_.hosts, name, &HostRecord::name);
    return host != timeline_.hosts.end() && host->addresses.size() > 1;
  }

  // Once for each pair of ends, in either direction.
  std::string rewriting(const Flight& came, const Flight& goes) {
    if (same_ends(came, goes)) return "";
    const Segment& before = *came.segment;
    const Segment& after = *goes.segment;
    const bool fresh =
        reported_
            .emplace(came.to, before.source, before.destination, after.source, after.destination)
            .second;
    reported_.emplace(came.to, after.destination, after.source, before.destination, before.source);
    return fresh ? fmt::format("{} > {}", name_of(timeline_, after.source),
                               name_of(timeline_, after.destination))
                 : "";
  }

  void end(Message& message) const {
    const Flight& last = message.last();
    if (!last.arrived) {
      message.fate = Fate::lost_on_link;
      return;
    }
    if (timeline_.packets[*last.arrival].lost) message.fate = Fate::dropped;
    if (const auto& path = paths_[*last.arrival]) {
      message.events = path->events;
      message.path = rows_of(timeline_, path->events);
      message.verdict = verdict_in_words(timeline_, *path);
    } else if (message.fate == Fate::arrived && has_stopped(message)) {
      message.fate = Fate::stopped;
    }
  }

  // It is for another host; this one has other links and does not answer on behalf of the
  // destination.
  bool has_stopped(const Message& message) const {
    const Flight& last = message.last();
    const auto host = std::ranges::find(timeline_.hosts, last.to, &HostRecord::name);
    if (!last.segment || host == timeline_.hosts.end() || host->addresses.size() < 2) return false;
    const auto own = addresses_of(*host);
    if (std::ranges::find(own, last.segment->destination.address) != own.end()) return false;
    return std::ranges::none_of(flights_, [&last](const Flight& flight) {
      return flight.from == last.to && flight.segment && !flight.injected &&
             flight.segment->source == last.segment->destination &&
             flight.time() >= *last.arrived && flight.to == last.from;
    });
  }

  // Segments that TCP passed to IP but no interface has seen.
  void add_unsent() {
    if (timeline_.packets_lost || timeline_.trace_lost > 0 || timeline_.trace_missed > 0) return;
    std::set<std::pair<std::string, std::uint64_t>> seen;
    for (std::size_t i = 0; i < paths_.size(); ++i)
      if (paths_[i] && timeline_.packets[i].outgoing)
        seen.emplace(timeline_.packets[i].host, paths_[i]->segment);
    for (const TraceEvent& event : timeline_.trace) {
      if (!is_sending(event) || !event.segment || !event.source || !event.flags ||
          !event.sequence || seen.contains({event.host, *event.segment}) || is_uncertain(event))
        continue;
      // A stored run may name a host that it does not have.
      if (lane_of(event.host) == lanes_.size()) continue;
      add_unsent(event);
    }
  }

  // A similar packet of this host that is not yet matched.
  bool is_uncertain(const TraceEvent& event) const {
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      const Packet& packet = timeline_.packets[i];
      if (packet.outgoing && packet.host == event.host && !paths_[i] && packet.segment &&
          packet.segment->source == event.source && packet.segment->flags == event.flags &&
          packet.segment->sequence == event.sequence)
        return true;
    }
    return false;
  }

  void add_unsent(const TraceEvent& event) {
    Segment segment;
    segment.source = *event.source;
    segment.destination = event.destination.value_or(Endpoint{});
    segment.flags = *event.flags;
    segment.sequence = *event.sequence;
    segment.acknowledgment = event.acknowledgment.value_or(0);
    segment.length = event.length.value_or(0);
    Hop hop;
    hop.flight.from = event.host;
    hop.flight.to = owner_of(segment.destination.address);
    hop.flight.protocol = "tcp";
    hop.flight.segment = segment;
    number(hop.flight);
    hop.from = lane_of(event.host);
    hop.to = std::min(lane_of(hop.flight.to), lanes_.size() - 1);
    hop.ready = event.time;
    hop.held = holds_.holding(event.host, event.time);
    Message message;
    message.hops.push_back(std::move(hop));
    message.fate = Fate::never_left;
    messages_.push_back(std::move(message));
  }

  std::string owner_of(const Address& address) const {
    for (const HostRecord& host : timeline_.hosts) {
      const auto own = addresses_of(host);
      if (std::ranges::find(own, address) != own.end()) return host.name;
    }
    return "";
  }

  // Relative to the seen SYNs, as in flights().
  void number(Flight& flight) const {
    const Segment& segment = *flight.segment;
    for (const Flight& other : flights_) {
      if (!other.segment || !other.segment->flags.syn || other.injected) continue;
      if (other.segment->source == segment.source &&
          other.segment->destination == segment.destination)
        flight.sequence = segment.sequence - other.segment->sequence;
      if (other.segment->source == segment.destination &&
          other.segment->destination == segment.source)
        flight.acknowledgment = segment.acknowledgment - other.segment->sequence;
    }
  }

  void link_answers() {
    std::map<std::size_t, std::size_t> by_arrival;  // packet → message
    for (std::size_t i = 0; i < messages_.size(); ++i)
      if (messages_[i].last().arrival) by_arrival[*messages_[i].last().arrival] = i;
    std::map<std::pair<std::string, std::uint64_t>, std::size_t> arrivals;  // segment → packet
    for (std::size_t i = 0; i < paths_.size(); ++i)
      if (paths_[i] && !timeline_.packets[i].outgoing)
        arrivals.emplace(std::pair(timeline_.packets[i].host, paths_[i]->segment), i);
    for (Message& message : messages_) {
      const Flight& first = message.first();
      if (!first.departure || !paths_[*first.departure]) continue;
      const auto& cause = paths_[*first.departure]->cause;
      const auto arrival = cause ? arrivals.find({first.from, *cause}) : arrivals.end();
      if (arrival == arrivals.end()) continue;
      if (const auto found = by_arrival.find(arrival->second); found != by_arrival.end())
        message.answers = found->second;
    }
  }

  void find_crossings() {
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      if (messages_[i].crosses || !messages_[i].is_segment()) continue;
      const bool syn = messages_[i].first().segment->flags.syn;
      for (std::size_t j = i + 1; j < messages_.size(); ++j) {
        if (messages_[j].crosses || !messages_[j].is_segment()) continue;
        // Packets that left after this one arrived can only cross by TCP's rules.
        if (!syn && ended_before(messages_[i], messages_[j])) break;
        if (cross(i, j)) break;
      }
    }
  }

  static bool ended_before(const Message& one, const Message& other) {
    return one.last().arrived && other.first().left && *one.last().arrived <= *other.first().left;
  }

  bool cross(std::size_t i, std::size_t j) {
    Message &one = messages_[i], &other = messages_[j];
    for (const Hop& a : one.hops) {
      for (Hop& b : other.hops) {
        if (!crossing(a.flight, b.flight)) continue;
        one.crosses = j;
        other.crosses = i;
        // A SYN that did not arrive opened nothing.
        one.simultaneous_open = other.simultaneous_open = simultaneous_open(a.flight, b.flight) &&
                                                          one.to() == other.from() &&
                                                          other.to() == one.from();
        // It was sent before the first one arrived.
        if (b.held && !b.ready) {
          b.ready = *a.flight.left;
          b.ready_at_latest = true;
        }
        return true;
      }
    }
    return false;
  }

  void name_ports() {
    std::map<std::size_t, std::set<std::uint16_t>> ports;
    for (const Message& message : messages_) {
      if (!message.is_segment()) continue;
      ports[message.from()].insert(message.first().segment->source.port);
      if (message.fate != Fate::stopped)
        ports[message.to()].insert(message.last().segment->destination.port);
    }
    for (const auto& [lane, all] : ports)
      if (all.size() == 1) lanes_[lane].port = *all.begin();
    for (Message& message : messages_) {
      if (!message.is_segment()) continue;
      const std::string from = end_in_words(message.first().segment->source, message.from());
      const std::string to = end_in_words(message.last().segment->destination, message.to());
      const bool plain = lanes_[message.from()].port && lanes_[message.to()].port &&
                         from.find(':') == std::string::npos && to.find(':') == std::string::npos;
      if (!plain) message.ports = fmt::format("{} > {}", from, to);
    }
  }

  // "40000", or with the address if it is not the lane's.
  std::string end_in_words(const Endpoint& end, std::size_t lane) const {
    const auto host = std::ranges::find(timeline_.hosts, lanes_[lane].host, &HostRecord::name);
    const bool loopback = end.address == Address::loopback(end.address.family());
    if (host == timeline_.hosts.end() || loopback) return std::to_string(end.port);
    for (const auto& [device, address] : host->addresses)
      if (address == end.address) return std::to_string(end.port);
    for (const NamedAddress& extra : host->extra_addresses)
      if (extra.address == end.address) return fmt::format("{}:{}", extra.name, end.port);
    return name_of(timeline_, end);
  }

  const Timeline& timeline_;
  const Paths& paths_;
  std::vector<Lane>& lanes_;
  std::vector<Flight> flights_;
  Holds holds_;
  std::vector<Message> messages_;
  std::map<std::string, std::vector<std::size_t>> at_host_;  // messages that may continue
  std::set<std::tuple<std::string, Endpoint, Endpoint, Endpoint, Endpoint>> reported_;
};

}  // namespace

std::vector<Message> messages_of(const Timeline& timeline, const Paths& paths,
                                 std::vector<Lane>& lanes) {
  return MessageBuilder(timeline, paths, lanes).all();
}

}  // namespace lab::sequence
