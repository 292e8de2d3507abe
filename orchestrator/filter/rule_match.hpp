// SPDX-License-Identifier: MIT
//
// Whether an expression of a rule (libnftables-json(5)) matches a segment, as far as reading can
// tell. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "record/machine_facts.hpp"
#include "record/packet.hpp"

namespace lab::filter {

// A segment, or an ICMP error about it, at a hook.
struct SegmentAtHook {
  // Of an ICMP error only the destination's address is known: the host that it is sent to.
  Endpoint source, destination;
  bool is_icmp = false;
  bool is_arp = false;  // no segment: for the next hop; its ends have no ports
  // No segment: the packet of a tunnel in which one is, of this protocol, "udp"; "": another one
  // than that of TCP, which is not known. Of its ports only the destination's may be known.
  std::optional<std::string> outer_protocol = {};
  std::optional<std::string> icmp_type = {};  // "nd-neighbor-solicit"; nothing: not known
  std::string arp_operation = {};             // "request", "reply"
  bool source_port_known = true, destination_port_known = true;
  // Within which a port that is not known certainly is. Nothing: it may be any.
  std::optional<PortRange> source_ports = {}, destination_ports = {};
  // Not where a rule of NAT may have changed it.
  bool source_known = true, destination_known = true;
  // A listener has keys for some sources (TCP_MD5SIG): what it does depends on the source.
  bool source_decides = false;
  std::optional<TcpFlags> flags;  // nothing: an answer, whose flags are not known
  std::optional<std::string> in;  // the name of the interface; "": none yet; nothing: not known
  std::optional<std::string> out;
  // Of connection tracking, "new"; nothing: not known, since the hook comes before it, or since it
  // knows the connection from before.
  std::optional<std::string> state;
  // Its mark, that of its connection, and the uid of the socket that sends it; nothing: not known.
  std::optional<std::uint32_t> mark = {}, ct_mark = {}, uid = {};
  // What "fib saddr type" and "fib daddr type" find: local or unicast; nothing: not known.
  std::optional<RouteType> source_type = {}, destination_type = {};
  bool returns_by_in = false;  // "fib saddr . iif oif exists"; false: not known
  bool is_host = false;        // "meta pkttype host"; false: not known

  bool is_tcp() const { return !is_icmp && !is_arp && !outer_protocol; }
};

enum class Match { no, yes, maybe };
Match both(Match one, Match other);

// The elements of the named sets of a table; a set that packets change is not in it.
using NamedSets = std::map<std::string, nlohmann::json>;

// A "match" statement.
Match matches(const nlohmann::json& match, const SegmentAtHook& segment, const NamedSets& sets);
// The same of an expression and one value, or a set of values.
Match is_one_of(const nlohmann::json& left, const nlohmann::json& right,
                const SegmentAtHook& segment, const NamedSets& sets);

}  // namespace lab::filter
