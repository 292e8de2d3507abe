// SPDX-License-Identifier: MIT
//
// The verbs that act on single packets or read values from them.
#include <fmt/format.h>
#include <net/ethernet.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "check/resolve.hpp"
#include "check/segments.hpp"
#include "net/craft.hpp"
#include "run/actions.hpp"
#include "run/addresses.hpp"
#include "scenario/model.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::run {
namespace {

using scenario::InjectedSegment;

// The MTU that an ICMP error reports: IPv6's minimum (RFC 8200, 5).
constexpr std::uint32_t narrow_mtu = 1280;  // bytes

bool on_one_network(const Address& one, const Address& other) {
  if (one.family() != other.family()) return false;
  const std::size_t bytes = prefix_length(one.family()) / 8;
  return std::equal(one.bytes(), one.bytes() + bytes, other.bytes());
}

const Interface& interface_named(const Host& host, const std::string& device) {
  for (const Interface& interface : host.interfaces())
    if (interface.end.name == device) return interface;
  throw UsageError(
      fmt::format("host {} has no link {}: nothing can be injected from it", host.name(), device));
}

// The link to the address's network, else the first link.
const Interface& interface_towards(const Host& host, const Address& destination) {
  const auto& interfaces = host.interfaces();
  if (interfaces.empty())
    throw UsageError(
        fmt::format("host {} has no link: nothing can be injected from it", host.name()));
  const auto found = std::ranges::find_if(interfaces, [&](const Interface& interface) {
    return interface.peer_address == destination || on_one_network(interface.address, destination);
  });
  return found == interfaces.end() ? interfaces.front() : *found;
}

// A raw packet socket refuses what is longer than the MTU, with an errno that names neither.
void require_mtu(const RunContext& context, const Host& host, const Interface& from,
                 const FrameBytes& frame, scenario::Position at) {
  const std::size_t bytes = frame.size() - ETH_HLEN;
  const int mtu = mtu_of(host.netns(), from.end.name);
  if (bytes <= static_cast<std::size_t>(mtu)) return;
  throw UsageError(fmt::format("{}:{}:{}: {}", context.scenario.file, at.line, at.column,
                               scenario::too_long_words(bytes, host.name(), from.end.name, mtu)));
}

// `part`: as in scenario::Inject.
void send(RunContext& context, const Host& host, const Interface& from, const FrameBytes& frame,
          scenario::Position at, int part = 0) {
  if (part == 0) require_mtu(context, host, from, frame, at);
  const auto injector = context.injectors.try_emplace(host.name(), host.netns()).first;
  context.injected.add(frame);
  if (part == 0)
    injector->second.send(from.end, frame);
  else
    injector->second.send_whole(from.end, frame, static_cast<std::uint16_t>(part));
}

// Converts the numbers of one InjectedSegment to those on the wire.
class Numbers {
 public:
  Numbers(const RunContext& context, const InjectedSegment& segment)
      : context_(context), segment_(segment) {}

  // Modulo 2^32; the caller truncates it to the field. Throws UsageError when no step has set
  // the value.
  std::uint32_t value(const scenario::Number& number) const {
    const auto value = check::value_of(context_.timeline, number);
    if (!value)
      throw UsageError(
          fmt::format("{}:{}:{}: ${} has no value, because the let step that sets it did not run",
                      context_.scenario.file, segment_.at.line, segment_.at.column, number.value));
    return static_cast<std::uint32_t>(*value);
  }

  Endpoint end(const scenario::Place& place) const { return resolve(place, context_.timeline); }

 private:
  const RunContext& context_;
  const InjectedSegment& segment_;
};

// Where the numbers of an exact list count from.
struct OptionOrigins {
  std::uint32_t sack = 0;                     // the initial number of the peer
  std::array<std::uint32_t, 2> timestamps{};  // the first of this end, and of the peer
};

void append_number(FrameBytes& into, std::uint32_t number, unsigned bytes) {
  while (bytes-- > 0) into.push_back(static_cast<std::uint8_t>(number >> (8 * bytes)));
}

// The bytes of an exact list.
FrameBytes listed_bytes(const Numbers& numbers, const std::vector<scenario::ListedOption>& options,
                        const OptionOrigins& origins) {
  FrameBytes bytes;
  for (const scenario::ListedOption& option : options) {
    bytes.push_back(option.kind);
    const auto kind = static_cast<TcpOptionKind>(option.kind);
    if (kind == TcpOptionKind::end || kind == TcpOptionKind::nop) continue;
    FrameBytes data;
    if (option.data) data = from_hex(*option.data).value_or(FrameBytes{});
    for (std::size_t i = 0; i < option.numbers.size(); ++i) {
      std::uint32_t number = numbers.value(option.numbers[i]);
      if (kind == TcpOptionKind::sack) number += origins.sack;
      if (i < 2 && option.from_first[i]) number += origins.timestamps[i];
      append_number(data, number,
                    kind == TcpOptionKind::mss            ? 2
                    : kind == TcpOptionKind::window_scale ? 1
                                                          : 4);
    }
    bytes.push_back(static_cast<std::uint8_t>(2 + data.size()));
    bytes.insert(bytes.end(), data.begin(), data.end());
  }
  return bytes;
}

TcpOptions options_of(const Numbers& numbers, const InjectedSegment& from) {
  TcpOptions options;
  if (from.mss) options.mss = static_cast<std::uint16_t>(*from.mss);
  if (from.wscale) options.window_scale = static_cast<std::uint8_t>(*from.wscale);
  options.sack_permitted = from.sack;
  if (from.timestamps)
    options.timestamps = {numbers.value((*from.timestamps)[0]),
                          numbers.value((*from.timestamps)[1])};
  if (from.fastopen_cookie) {
    options.fastopen_cookie = from_hex(*from.fastopen_cookie);
    if (!options.fastopen_cookie)
      throw UsageError(fmt::format("fastopen {}: write the cookie as pairs of hexadecimal digits",
                                   *from.fastopen_cookie));
  }
  return options;
}

// The initial sequence number of a side without a socket. Made of the ports, so that it is
// the same in every run and easy to recognize in a capture.
std::uint32_t chosen_initial_number(const Endpoint& from, const Endpoint& to) {
  return std::uint32_t{from.port} << 16 | to.port;
}

// Waits until a SYN that another host has sent to this one arrives, so that the injected
// answer does not overtake it.
void await_syn(RunContext& context, const Host& host, const Endpoint& from, const Endpoint& to) {
  const bool comes_here = check::is_at(context.timeline, host.name(), to.address);
  const auto under_way = [&] {
    return !check::initial_numbers(context.timeline, host.name()).of(from, to) &&
           std::ranges::any_of(context.timeline.packets, [&](const Packet& packet) {
             return packet.outgoing && packet.segment && packet.segment->flags.syn &&
                    packet.segment->source == from && packet.segment->destination == to;
           });
  };
  const Deadline deadline = context.deadline();
  while (comes_here && under_way() && !deadline.passed()) {
    context.await_change(deadline);
    context.drain();
  }
}

Segment on_the_wire(RunContext& context, const Host& host, const InjectedSegment& from) {
  const Numbers numbers(context, from);
  Segment segment;
  segment.source = numbers.end(from.from);
  segment.destination = numbers.end(from.to);
  segment.flags = from.flags;
  segment.window = static_cast<std::uint16_t>(numbers.value(from.window));
  segment.options = options_of(numbers, from);
  segment.sequence = numbers.value(from.sequence);
  segment.acknowledgment = numbers.value(from.acknowledgment);

  context.drain();
  const bool answers = from.flags.ack && !from.raw_acknowledgment;
  if (answers) await_syn(context, host, segment.destination, segment.source);
  const auto initial = check::initial_numbers(context.timeline, host.name());
  if (!from.raw_sequence)
    segment.sequence +=
        initial.of(segment.source, segment.destination)
            .value_or(from.flags.syn ? chosen_initial_number(segment.source, segment.destination)
                                     : 0);
  if (answers)
    segment.acknowledgment += initial.of(segment.destination, segment.source).value_or(0);
  return segment;
}

HeaderValues headers_of(const RunContext& context, const Host& host, const InjectedSegment& from,
                        const Segment& segment) {
  const Numbers numbers(context, from);
  HeaderValues values{static_cast<std::uint8_t>(from.tos), static_cast<std::uint8_t>(from.ttl),
                      static_cast<std::uint16_t>(numbers.value(from.urgent)), from.ae,
                      std::nullopt};
  if (!from.options) return values;
  const auto first = [&](const Endpoint& one, const Endpoint& other) {
    return check::first_timestamp(context.timeline, host.name(), one, other).value_or(0);
  };
  const OptionOrigins origins{
      check::initial_numbers(context.timeline, host.name())
          .of(segment.destination, segment.source)
          .value_or(0),
      {first(segment.source, segment.destination), first(segment.destination, segment.source)}};
  values.options = listed_bytes(numbers, *from.options, origins);
  return values;
}

std::string describe(const Segment& segment) {
  std::string words =
      fmt::format("{} > {} {} rawseq {}", segment.source.str(), segment.destination.str(),
                  scenario::written_flags(segment.flags), segment.sequence);
  if (segment.flags.ack) words += fmt::format(" rawack {}", segment.acknowledgment);
  return words;
}

void inject_segment(RunContext& context, const scenario::Inject& action, StepRecord& record) {
  const Host& host = context.host(action.host);
  const Segment segment = on_the_wire(context, host, *action.segment);
  const Interface& from = action.device.empty()
                              ? interface_towards(host, segment.destination.address)
                              : interface_named(host, action.device);
  send(context, host, from,
       tcp_frame({from.end.mac, from.peer_mac}, segment, action.data.bytes(),
                 headers_of(context, host, *action.segment, segment)),
       action.segment->at, action.part);
  record.played.observed = fmt::format("{} by {}", describe(segment), from.end.name);
}

// Waits for a packet at this host that carries such a segment and for which `right` is true.
// Returns the last one, valid until the next drain(); null: none before the deadline.
template <typename Right>
const Packet* await_segment(RunContext& context, const std::string& host,
                            const scenario::PathSegment& wanted, Right right) {
  const Deadline deadline = context.deadline();
  for (;;) {
    context.drain();
    const std::vector<Packet>& packets = context.timeline.packets;
    const auto last = std::find_if(packets.rbegin(), packets.rend(), [&](const Packet& packet) {
      return packet.host == host && packet.segment && right(packet) &&
             check::is_segment(context.timeline, wanted, packet.segment->source,
                               packet.segment->destination, packet.segment->flags);
    });
    if (last != packets.rend()) return &*last;
    if (deadline.passed()) return nullptr;
    context.await_change(deadline);
  }
}

void nothing_fits(const std::string& host, StepRecord& record) {
  record.played.timed_out = true;
  record.played.observed = fmt::format("no such segment was seen at {}", host);
}

// Writes the sequence number that the step states into the packet that an error quotes.
void quote_another(const RunContext& context, const Host& host, const scenario::Inject& action,
                   const Segment& about, FrameBytes& packet) {
  const auto stated = check::value_of(context.timeline, *action.quoted);
  if (!stated)
    throw UsageError(
        fmt::format("{}:{}:{}: ${} has no value, because the let step that sets it "
                    "did not run",
                    context.scenario.file, action.at.line, action.at.column, action.quoted->value));
  auto number = static_cast<std::uint32_t>(*stated);
  if (!action.raw_quoted)
    number += check::initial_numbers(context.timeline, host.name())
                  .of(about.source, about.destination)
                  .value_or(0);
  constexpr std::size_t in_tcp = 4;
  const std::size_t header =
      about.source.address.family() == Family::inet ? std::size_t{4} * (packet[0] & 0x0f) : 40;
  for (std::size_t i = 0; i < 4 && header + in_tcp + i < packet.size(); ++i)
    packet[header + in_tcp + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
}

void inject_error(RunContext& context, const scenario::Inject& action, StepRecord& record) {
  const Host& host = context.host(action.host);
  const auto came_in = [](const Packet& packet) { return !packet.outgoing; };
  const Packet* about = await_segment(context, action.host, *action.about, came_in);
  if (!about) return nothing_fits(action.host, record);

  const Segment& segment = *about->segment;
  const Interface& from =
      interface_named(host, action.device.empty() ? about->device : action.device);
  // The sender of the error is the segment's destination, or a router before it.
  const Address& for_whom = segment.destination.address;
  const Address& source =
      check::is_at(context.timeline, action.host, for_whom) ? for_whom : from.address;
  const Address& destination = segment.source.address;
  const auto code = icmp_code(action.icmp, destination.family());
  if (!code)
    throw UsageError(
        fmt::format("{}:{}:{}: {} has no error {}; give the step a \"when: {{family: "
                    "...}}\", or write its number: type 3 code 9",
                    context.scenario.file, action.at.line, action.at.column,
                    destination.family() == Family::inet ? "ICMP" : "ICMPv6", action.icmp));
  FrameBytes quoted(about->bytes.begin() + ETH_HLEN, about->bytes.end());
  if (action.quoted) quote_another(context, host, action, segment, quoted);
  const auto mtu = static_cast<std::uint32_t>(action.mtu.value_or(narrow_mtu));
  send(context, host, from,
       icmp_error_frame({from.end.mac, from.peer_mac}, source, destination, *code, mtu, quoted),
       action.at);
  record.played.observed =
      fmt::format("{} > {} {} about {} by {}", source.str(), destination.str(),
                  icmp_name(*code, destination.family()), describe(segment), from.end.name);
}

// Nothing: the segment has no such field.
std::optional<std::int64_t> field_of(const Segment& segment, std::string_view field) {
  if (field == "seq") return segment.sequence;
  if (field == "ack" && segment.flags.ack) return segment.acknowledgment;
  if (field == "source-port") return segment.source.port;
  if (field == "destination-port") return segment.destination.port;
  if (field == "tsval" && segment.options.timestamps) return segment.options.timestamps->value;
  return std::nullopt;
}

// Nothing: the socket has no peer.
std::optional<std::int64_t> field_of(const TcpSocket& socket, std::string_view field) {
  if (field == "local-port") return socket.local().port;
  const auto remote = socket.remote();
  if (!remote) return std::nullopt;
  return remote->port;
}

std::vector<Address> addresses_of(const scenario::Place& place, const Timeline& timeline) {
  const auto host = std::ranges::find(timeline.hosts, place.host, &HostRecord::name);
  if (place.at.empty() && host != timeline.hosts.end()) return lab::addresses_of(*host);
  return {resolve(place, timeline).address};
}

std::uint16_t port_of(const scenario::Place& place, const Timeline& timeline) {
  return resolve(place, timeline).port;
}

void act(RunContext& context, const scenario::Drop& action, StepRecord&) {
  const scenario::PathSegment& segment = action.segment;
  const Timeline& timeline = context.timeline;
  const SegmentFilter filter{addresses_of(segment.from, timeline),
                             addresses_of(segment.to, timeline), port_of(segment.from, timeline),
                             port_of(segment.to, timeline), segment.flags};
  const auto count = static_cast<unsigned>(action.count);
  context.host(action.host).losses().lose(filter, count);
  context.dropped.add(action.host, filter, count);
}

void act(RunContext& context, const scenario::Inject& action, StepRecord& record) {
  if (action.segment)
    inject_segment(context, action, record);
  else
    inject_error(context, action, record);
}

void act(RunContext& context, const scenario::Let& action, StepRecord& record) {
  std::optional<std::int64_t> value;
  if (action.segment) {
    const Packet* seen = await_segment(
        context, action.host, *action.segment,
        [&](const Packet& packet) { return field_of(*packet.segment, action.field).has_value(); });
    if (!seen) return nothing_fits(action.host, record);
    value = field_of(*seen->segment, action.field);
  } else {
    value = field_of(context.socket(action.socket), action.field);
    // A call in another thread may be about to bind it.
    const Deadline deadline = context.deadline();
    while (value == 0 && context.script.call && !deadline.passed()) {
      context.await_change(deadline);
      context.drain();
      value = field_of(context.socket(action.socket), action.field);
    }
    if (!value) {
      record.played.error = ENOTCONN;
      record.played.observed = fmt::format("{} is not connected", action.socket);
      return;
    }
  }
  context.timeline.values[action.name] = *value;
  record.played.observed = fmt::format("${} is {}", action.name, *value);
}

}  // namespace

bool play_packet_step(RunContext& context, const scenario::Action& action, StepRecord& record) {
  return visit_if_in(scenario::PacketSteps{}, action,
                     [&](const auto& step) { act(context, step, record); });
}

}  // namespace lab::run
