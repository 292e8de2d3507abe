// SPDX-License-Identifier: MIT
//
// How packets and events of the trace are stored (json/description.hpp).
#pragma once

#include "json/description.hpp"
#include "record/packet.hpp"
#include "record/trace.hpp"
#include "stored/words.hpp"

namespace lab {

// Its two edges.
template <>
struct Format<SackBlock> {
  static nlohmann::json write(const SackBlock& block) {
    return nlohmann::json::array({block.left, block.right});
  }
  static SackBlock read(const JsonPlace& from) {
    const auto ends = from.items();
    if (ends.size() != 2) from.refuse("must be two numbers, the left edge and the right one");
    return {ends[0].as<std::uint32_t>(), ends[1].as<std::uint32_t>()};
  }
  static Schema schema(Definitions& definitions) {
    return PairOf<Format<std::uint32_t>>::schema(definitions);
  }
};

template <>
struct Description<TcpTimestamps> {
  static constexpr const char *definition = "timestamps", *meaning = "RFC 7323, 3";
  static void members(auto& d, auto& timestamps) {
    d.required("value", timestamps.value, "TSval");
    d.required("echo", timestamps.echo, "TSecr");
  }
};

template <>
struct Description<TcpOptions> {
  static constexpr const char *definition = "options", *meaning = "of the TCP header";
  static void members(auto& d, auto& options) {
    d.required("kinds", options.kinds, "of all, in their order, without padding (kinds 0 and 1)");
    d.optional("mss", options.mss, "bytes");
    d.optional("window_scale", options.window_scale, "a shift count");
    d.flag("sack_permitted", options.sack_permitted);
    d.optional("timestamps", options.timestamps);
    d.optional("sack", options.sack, "blocks: left edge, right edge");
    d.optional("fastopen_cookie", options.fastopen_cookie, "empty: a request for one", Hex{});
    d.flag("malformed", options.malformed, "an option has an impossible length");
  }
};

template <>
struct Description<IcmpError::Quoted> {
  static constexpr const char *definition = "quoted",
                              *meaning = "the segment that an ICMP error quotes";
  static void members(auto& d, auto& quoted) {
    d.required("source", quoted.source);
    d.required("destination", quoted.destination);
    d.required("sequence", quoted.sequence);
  }
};

template <>
struct Description<IcmpError> {
  static constexpr const char *definition = "icmp", *meaning = "an ICMP error";
  static void members(auto& d, auto& error) {
    d.required("type", error.code.type);
    d.required("code", error.code.code);
    d.required("source", error.source);
    d.required("destination", error.destination);
    d.derived("name", error.name());
    d.conditional(carries_mtu(error.code, error.source.family()), "mtu", error.mtu, "bytes");
    d.optional("about", error.about);
  }
};

// The part of a packet that only a TCP segment has.
template <>
struct Description<Segment> {
  static constexpr const char *definition = "segment", *meaning = "a TCP segment";
  static void members(auto& d, auto& segment) {
    d.required("source", segment.source);
    d.required("destination", segment.destination);
    d.required("flags", segment.flags);
    d.required("sequence", segment.sequence);
    d.conditional(segment.flags.ack, "acknowledgment", segment.acknowledgment,
                  "of a segment with ACK");
    d.required("window", segment.window, "not scaled");
    d.required("length", segment.length, "bytes of data");
    d.optional("options", segment.options);
  }
};

template <>
struct Description<Packet> {
  static constexpr const char *definition = "packet",
                              *meaning =
                                  "one packet at one interface; sequence numbers as on the wire";
  static void members(auto& d, auto& packet) {
    d.required("time", packet.time, "", Time{});
    d.required("host", packet.host, "whose interface saw it", Name{});
    d.required("device", packet.device, "", NameOrNone{});
    d.required("direction", packet.outgoing, "", Direction{});
    d.required("protocol", packet.protocol, "tcp, icmp, icmp6, arp, udp, ip, 0x88cc, …");
    d.required("bytes", packet.bytes, "from the link layer on, as captured", Hex{});
    d.optional("missing_bytes", packet.missing, "at its end, that the capture did not keep");
    d.flag("injected", packet.injected, "a step made it, and no socket");
    d.flag("lost", packet.lost, "a Drop step lost it where it arrived");
    d.optional("icmp", packet.icmp);
    d.together("flags", packet.segment);
  }
};

template <>
struct Description<TraceEvent> {
  static constexpr const char *definition = "event",
                              *meaning =
                                  "a step of a segment's path through a kernel (docs/proc.md, trace)";
  static void members(auto& d, auto& event) {
    d.required("host", event.host, "", Name{});
    d.required("number", event.number, "of this host's reader");
    d.required("time", event.time, "", Time{});
    d.optional("segment", event.segment, "the segment's number");
    d.optional("cause", event.cause, "of a sent one: the segment that it answers");
    d.required("event", event.event, "the kernel's function");
    d.optional("caller", event.caller);
    d.optional("detail", event.detail);
    d.optional("outcome", event.outcome, "hit, miss, enter, …");
    d.optional("reason", event.reason, "the kernel's, for a drop or a reset");
    d.optional("source", event.source);
    d.optional("destination", event.destination);
    d.optional("device", event.device, "", NameOrNone{});
    d.optional("flags", event.flags);
    d.optional("sequence", event.sequence);
    d.optional("acknowledgment", event.acknowledgment);
    d.optional("length", event.length);
    d.optional("kind", event.kind);
    d.optional("state", event.state);
    d.optional("state_after", event.state_after);
    d.optional("cookie", event.cookie);
  }
};

}  // namespace lab
