// SPDX-License-Identifier: MIT
#include "collect_probe/probe.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "capture/capture.hpp"
#include "collect/counters.hpp"
#include "collect_probe/namespace_path.hpp"
#include "collect_probe/probe_socket.hpp"
#include "collect_probe/router_loss.hpp"
#include "collect_probe/rule_traces.hpp"
#include "net/interfaces.hpp"
#include "net/neighbour.hpp"
#include "net/route.hpp"
#include "net/socket.hpp"
#include "record/exchange.hpp"
#include "record/owner_names.hpp"
#include "util/clock.hpp"
#include "util/error.hpp"
#include "view/trace.hpp"

namespace lab::collect {
namespace {

// How long the trace may take to show what connect() has told already.
constexpr std::chrono::milliseconds for_the_trace{500};

// The namespace that has the source's address, and is where `here` reaches it.
Place& find_sender(Places& places, Place& here, const Facts& facts) {
  if (!facts.question.source || facts.arrival.local_sender) return here;
  const Address& source = facts.question.source->address;
  Netlink netlink(here.space);
  const auto senders = places.having(source, link_address_of(netlink, source), here,
                                     ask_route(netlink, {.destination = source}).device);
  if (senders.size() == 1) return *senders.front();
  // It may be behind routers, to which the routes of one end lead.
  for (Place* each : senders)
    if (const NamespacePath path =
            namespace_path_of(places, *each, {*facts.question.source, facts.question.destination});
        path.arrives && path.hops.back().place == &here)
      return *each;
  if (senders.size() > 1)
    if (const NamespacePath path =
            namespace_path_of(places, here, {facts.question.destination, *facts.question.source});
        path.arrives)
      return *path.hops.back().place;
  if (senders.size() > 1)
    throw EnvironmentError(fmt::format(
        "--probe: {} network namespaces of this machine have the address {} ({}, {} …), and which "
        "one is meant is not known: send the probe from there, with --netns and without `from`",
        senders.size(), source.str(), senders[0]->name, senders[1]->name));
  throw EnvironmentError(
      fmt::format("--probe: no network namespace of this machine has the address {}{}: send the "
                  "probe from the host that has it, or leave `from` away",
                  source.str(), facts.question.source_is_assumed ? " (which was assumed)" : ""));
}

// The traces of the receiving namespace and, if it is another, of the sending one.
class Traces {
 public:
  Traces(const Namespace& here, const Namespace& sender) {
    open(here, Probe::here);
    if (sender.inode() != here.inode()) open(sender, Probe::sender);
  }

  const std::string& why_not() const { return why_not_; }

  void drain(std::vector<TraceEvent>& into) {
    for (Trace& trace : traces_) trace.drain(into);
    // Each comes in its own order; the time puts them into one.
    std::ranges::stable_sort(into, {}, &TraceEvent::time);
  }

  std::uint64_t lost() const {
    std::uint64_t lost = 0;
    for (const Trace& trace : traces_) lost += trace.lost();
    return lost;
  }

  void add_to(std::vector<pollfd>& waited) const {
    for (const Trace& trace : traces_) waited.push_back({trace.fd(), POLLIN, 0});
  }

 private:
  void open(const Namespace& space, const char* host) {
    TraceHere here = in(space, [&] { return Trace::open_here(host); });
    if (here.trace)
      traces_.push_back(std::move(*here.trace));
    else
      why_not_ = here.why_not;
  }

  std::vector<Trace> traces_;
  std::string why_not_;
};

// What crosses the interfaces of the receiving namespace and, if it is another, of the sending.
class Captures {
 public:
  Captures(const Namespace& here, const Namespace& sender) {
    try {
      captures_.emplace_back(here, Probe::here);
      if (sender.inode() != here.inode()) captures_.emplace_back(sender, Probe::sender);
    } catch (const EnvironmentError& error) {
      captures_.clear();
      why_not_ = error.what();
    }
  }

  // Those about the probe, and the RSTs of all.
  void drain(Probe& probe) {
    std::vector<Packet> all;
    for (Capture& capture : captures_) {
      capture.drain(all);
      if (capture.dropped() > 0) why_not_ = "too much else was going on: some packets were lost";
    }
    for (Packet& packet : all)
      if (is_reset(packet) || concerns(packet, probe.source, probe.destination))
        probe.packets.push_back(std::move(packet));
      else
        keep_if_translated(std::move(packet), probe);
    std::ranges::stable_sort(probe.packets, {}, &Packet::time);
    probe.no_packets = why_not_;
  }

  // Those about the probe after translation, which is known only now.
  void add_translated(Probe& probe) {
    for (const Translation& each : probe.translations)
      for (Packet& packet : perhaps_translated_)
        if (concerns(packet, each.new_source, each.new_destination))
          probe.packets.push_back(std::exchange(packet, {}));
    if (!probe.translations.empty() && perhaps_translated_.size() == most_others)
      probe.no_packets = "too much else was going on: some packets were not kept";
    std::ranges::stable_sort(probe.packets, {}, &Packet::time);
  }
  bool work() const { return why_not_.empty(); }

  void add_to(std::vector<pollfd>& waited) const {
    for (const Capture& capture : captures_) waited.push_back({capture.fd(), POLLIN, 0});
  }

 private:
  static constexpr std::size_t most_others = 20000;

  static bool is_reset(const Packet& packet) { return packet.segment && packet.segment->flags.rst; }
  // The ends of a segment, or of the one that an ICMP error is about.
  static std::optional<Ends> ends_in(const Packet& packet) {
    if (packet.segment) return Ends{packet.segment->source, packet.segment->destination};
    if (!packet.icmp || !packet.icmp->about) return std::nullopt;
    return Ends{packet.icmp->about->source, packet.icmp->about->destination};
  }
  static bool concerns(const Packet& packet, const Endpoint& one, const Endpoint& other) {
    const auto ends = ends_in(packet);
    return ends && (*ends == Ends{one, other} || *ends == Ends{other, one});
  }

  // Translation changes one end, and leaves the other; where it changes both, the probe is followed
  // by its rules alone.
  void keep_if_translated(Packet packet, const Probe& probe) {
    const auto ends = ends_in(packet);
    if (!ends || perhaps_translated_.size() == most_others) return;
    const auto is_an_end = [&](const Endpoint& end) {
      return end == probe.source || end == probe.destination;
    };
    if (!is_an_end(ends->source) && !is_an_end(ends->destination)) return;
    packet.bytes.clear();
    perhaps_translated_.push_back(std::move(packet));
  }

  std::vector<Capture> captures_;
  std::vector<Packet> perhaps_translated_;
  std::string why_not_;
};

// What TCP does with a SYN, or what happens to it instead, has been seen.
bool is_decided(const Probe& probe) {
  using enum KernelFunction;
  constexpr std::array ends{conn_request, check_req, rcv_state,      time_wait,
                            send_reset4,  drop,      rcv_established};
  const auto segments = segments_of(probe);
  return !segments.empty() &&
         std::ranges::any_of(segments.front().events, [&](const TraceEvent* event) {
           return std::ranges::find(ends, ipv4_function(event->event)) != ends.end();
         });
}

// Dropped, with a reason that leaves no hope for an answer. A rule may drop some and let others
// pass: then it depends on what becomes of a second SYN.
bool is_dropped(const Probe& probe) {
  std::size_t by_rules = 0;
  for (const auto& segment : segments_of(probe))
    for (const TraceEvent* event : segment.events) {
      if (event->event == KernelFunction::conn_request && event->outcome == TraceOutcome::dropped)
        return true;
      if (event->event == KernelFunction::drop && event->reason == "NETFILTER_DROP") ++by_rules;
    }
  return by_rules > 1;
}

void await_answer(TcpSocket& socket, Traces& traces, Captures& captures, RuleTraces& rules,
                  Deadline deadline, Probe& probe) {
  bool dropped = false;
  for (;;) {
    traces.drain(probe.events);
    captures.drain(probe);
    rules.drain(probe);
    probe.error = socket.await_connected(Deadline(std::chrono::milliseconds(0))).error;
    if (probe.error != EINPROGRESS || deadline.passed()) return;
    // A firewall that rejects drops, too; its answer is on the way then.
    if (!dropped && (is_dropped(probe) || dropped_by_rules(probe) > 1)) {
      dropped = true;
      deadline = Deadline(for_the_trace);
    }
    std::vector<pollfd> waited{{socket.fd(), POLLOUT, 0}};
    traces.add_to(waited);
    captures.add_to(waited);
    rules.add_to(waited);
    ::poll(waited.data(), waited.size(), deadline.poll_timeout());
  }
}

// The packets of what connect() has reported already: a reply.
void await_packets(Captures& captures, Probe& probe) {
  const Deadline deadline(for_the_trace);
  for (;;) {
    captures.drain(probe);
    const Exchange exchange = exchange_of(probe);
    const bool complete = probe.error == EINPROGRESS || exchange.first != Exchange::Reply::none;
    if (!captures.work() || complete || deadline.passed()) return;
    std::vector<pollfd> waited;
    captures.add_to(waited);
    ::poll(waited.data(), waited.size(), deadline.poll_timeout());
  }
}

void await_path(Traces& traces, Probe& probe) {
  const Deadline deadline(for_the_trace);
  for (;;) {
    traces.drain(probe.events);
    if (is_decided(probe) || deadline.passed()) return;
    std::vector<pollfd> waited;
    traces.add_to(waited);
    ::poll(waited.data(), waited.size(), deadline.poll_timeout());
  }
}

// The interface by which the sender reaches a link-local or multicast address; empty: it needs
// none.
std::string scope_of(const Namespace& sender, const Facts& facts) {
  const Question& question = facts.question;
  if (facts.arrival.local_sender || !question.source) return question.scope;
  if (!question.destination.address.is_link_local()) return "";
  Netlink netlink(sender);
  const auto interfaces = list_interfaces(netlink);
  const Interface* owner = owner_of(interfaces, question.source->address);
  return owner ? owner->name : "";
}

// The same path for a connection from another port of the same sender.
NamespacePath with_source(NamespacePath path, const Endpoint& was, const Endpoint& is) {
  for (NamespacePath::Hop& hop : path.hops) {
    // One that translation has chosen may be another one next time: 0 is any.
    hop.flow.source.port = hop.flow.source.port == was.port ? is.port : std::uint16_t{0};
  }
  return path;
}

// The rules were traced before connect() chose the port: leave out what others' segments met.
// Where translation has changed the port, ours are not told from theirs.
void leave_out_others(Probe& probe) {
  std::erase_if(probe.rules, [&](const TracedRule& rule) {
    return rule.segment && rule.segment->source.port != probe.source.port &&
           rule.segment->destination.port != probe.source.port;
  });
  for (TracedPlace& place : probe.places) place.lost = place.lost || !probe.translations.empty();
}

// Sees what rules do to the connection in each namespace on its way, and in `here`.
void trace_rules(Place& here, Place& sender, const NamespacePath& path, RuleTraces& rules,
                 Probe& probe) {
  std::map<const Place*, std::vector<filter::RuleFlow>> flows;
  const filter::RuleFlow flow{probe.source, probe.destination};
  flows[&sender].push_back(flow);
  for (const NamespacePath::Hop& hop : path.hops) {
    auto& here_too = flows[hop.place];
    if (here_too.empty()) here_too.push_back(flow);
    if (hop.flow.source != flow.source || hop.flow.destination != flow.destination)
      here_too.push_back(hop.flow);
  }
  if (flows[&here].empty()) flows[&here].push_back(flow);
  rules.open(sender, flows[&sender], probe);
  for (const NamespacePath::Hop& hop : path.hops) rules.open(*hop.place, flows[hop.place], probe);
  rules.open(here, flows[&here], probe);
}

// What translation has done, and who has the destination after it.
void follow(const NamespacePath& path, Probe& probe) {
  probe.translations = path.translations;
  probe.no_conntrack = path.no_conntrack;
  if (!path.arrives) return;
  probe.arrives_name = path.hops.back().place->name;
  probe.arrives_netns = path.hops.back().place->netns;
}

// A namespace with rules that the probe has crossed, and that was not known to be on its way.
bool has_untraced(const NamespacePath& path, const Probe& probe) {
  return std::ranges::any_of(path.hops, [&](const NamespacePath::Hop& hop) {
    const bool known = std::ranges::any_of(probe.places, [&](const TracedPlace& each) {
      return each.netns == hop.place->netns && each.name == hop.place->name;
    });
    return !known && hop.place->hooks && !hop.place->hooks->empty();
  });
}

// Whose link-layer address the SYN, or its answer, waits for.
void find_silent_neighbours(const Namespace& here, const Place& sender, Probe& probe) {
  const auto silent = [](const Namespace& space, const Endpoint& from, const Endpoint& to) {
    Netlink netlink(space);
    return silent_neighbour(
        netlink,
        {.destination = to.address, .source = from.address, .flow = TcpFlow{from.port, to.port}});
  };
  probe.silent_towards_destination = silent(sender.space, probe.source, probe.destination);
  // Asked at the sender, the receiver is not here.
  if (here.inode() == sender.space.inode()) return;
  const Ends arrived = ends_of(probe).back();
  probe.silent_towards_source = silent(here, arrived.destination, arrived.source);
}

struct Watching {
  Place& receiver;
  const Facts& facts;
  Place& sender;
  Places& places;
  std::chrono::milliseconds patience;
};

// One connection. `path`: what is known of the path of one from `before_this`; afterwards, what has
// come out.
Probe send_once(const Watching& watching, const Endpoint& before_this, NamespacePath& path) {
  const auto& [receiver, facts, sender, places, patience] = watching;
  const Namespace& here = receiver.space;
  const Endpoint& destination = facts.question.destination;
  const std::string scope = scope_of(sender.space, facts);
  Probe probe;
  probe.destination = destination;
  probe.from = sender.name;
  probe.here_netns = facts.question.netns;
  probe.sender_netns = sender.netns;
  Traces traces(here, sender.space);
  probe.no_trace = traces.why_not();
  Captures captures(here, sender.space);
  RuleTraces rules;
  const Counters before = read_counters(here);

  TcpSocket socket = probe_socket(sender.space, facts);
  if (facts.question.source) {
    const Result result = bind_probe(socket, facts, scope);
    probe.error = result.error;
    probe.source = *facts.question.source;
    // Before connect(): a socket that was refused has no address any more. One whose address
    // connect() chooses has only its port so far.
    if (result.ok()) probe.source.port = socket.local().port;
  } else if (!scope.empty()) {
    // Without a source connect() fails, but for its route and not for want of an interface.
    probe.error = socket.bind_to_device(scope).error;
  }
  const bool follows = probe.error == 0 && facts.question.source;
  const bool port_is_unknown = probe.source.port == 0;
  if (follows) {
    path = path.hops.empty() ? namespace_path_of(places, sender, {probe.source, destination})
                             : with_source(std::move(path), before_this, probe.source);
    trace_rules(receiver, sender, path, rules, probe);
  }
  const Deadline deadline(patience);
  const auto begin = std::chrono::steady_clock::now();
  if (probe.error == 0) {
    probe.error = socket.connect(destination).error;
    // On the loopback the answer may have come before connect() is back, and
    // a socket that was refused has no address any more.
    if (probe.error == 0 || probe.error == EINPROGRESS) probe.source = socket.local();
  }
  if (probe.error == EINPROGRESS) await_answer(socket, traces, captures, rules, deadline, probe);
  probe.waited = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  probe.retransmissions = socket.info().total_retransmissions;
  await_packets(captures, probe);
  probe.counted = growth(before, read_counters(here));
  if (follows) {
    path = namespace_path_of(places, sender, {probe.source, destination});
    follow(path, probe);
  }
  captures.add_translated(probe);
  if (probe.error != 0 && probe.source.port != 0) find_silent_neighbours(here, sender, probe);
  socket.close();  // with FIN: the server has done us no harm
  // A SYN that was on its way until now has come to its end.
  rules.finish(probe);
  if (follows && path.translations.empty()) {
    path = namespace_path_of(places, sender, {probe.source, destination}, &probe);
    follow(path, probe);
    captures.add_translated(probe);
  }
  if (follows && probe.got_no_answer()) {
    probe.loses_syn = loss_of_syn(path);
    probe.loses_answer = loss_of_answer(places, path);
  }
  if (follows && port_is_unknown) leave_out_others(probe);
  if (probe.no_trace.empty() && facts.arrival.there.type == RouteType::local)
    await_path(traces, probe);
  probe.trace_lost = traces.lost();
  return probe;
}

}  // namespace

Probe send_probe(const Namespace& here, const Facts& facts, std::chrono::milliseconds patience) {
  Places places(here, facts.question.netns, netns_of(facts.question));
  Place& receiver = *places.find(here);
  const Watching watching{receiver, facts, find_sender(places, receiver, facts), places, patience};
  NamespacePath path;
  Probe probe = send_once(watching, {}, path);
  // Only now is it known where it went: look there, too, at what becomes of another one.
  if (probe.error != 0 && has_untraced(path, probe)) {
    probe = send_once(watching, probe.source, path);
    probe.sent = 2;
  }
  return probe;
}

}  // namespace lab::collect
