// SPDX-License-Identifier: MIT
#include "filter/segment_value.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace lab::filter {
namespace {

using nlohmann::json;

Has port_of(const Endpoint& end, bool known, const std::optional<PortRange>& within) {
  if (!known && within) return *within;
  if (!known) return NotKnown{};
  return std::uint32_t{end.port};
}

Has protocol_of(const SegmentAtHook& segment) {
  if (segment.outer_protocol && segment.outer_protocol->empty()) return NotKnown{};
  if (segment.outer_protocol) return *segment.outer_protocol;
  if (!segment.is_icmp) return std::string("tcp");
  return std::string(segment.destination.address.family() == Family::inet ? "icmp" : "ipv6-icmp");
}

bool is_inet(const SegmentAtHook& segment) {
  return segment.destination.address.family() == Family::inet;
}

Has in_arp(const std::string& protocol, const std::string& field, const SegmentAtHook& segment) {
  if (protocol == "ether" || protocol == "vlan") return NotKnown{};
  if (protocol != "arp") return Absent{};
  if (field == "saddr ip" && segment.source_known) return segment.source.address;
  if (field == "daddr ip" && segment.destination_known) return segment.destination.address;
  if (field == "operation" && !segment.arp_operation.empty()) return segment.arp_operation;
  return NotKnown{};
}

// Of the packet of a tunnel, behind the header of IP.
Has in_outer(const std::string& protocol, const std::string& field, const SegmentAtHook& segment) {
  // Another one than UDP's has no ports: "th" then looks at what is there.
  if (protocol == "th" && *segment.outer_protocol != "udp") return NotKnown{};
  if (protocol != "th" && protocol != *segment.outer_protocol) return Absent{};
  if (field == "dport" && segment.destination_port_known)
    return std::uint32_t{segment.destination.port};
  return NotKnown{};
}

Has in_payload(const json& payload, const SegmentAtHook& segment) {
  if (!payload.contains("protocol") || !payload.contains("field")) return NotKnown{};
  const std::string protocol = payload["protocol"], field = payload["field"];
  if (segment.is_arp) return in_arp(protocol, field, segment);
  if (segment.outer_protocol && protocol != "ip" && protocol != "ip6" && protocol != "arp")
    return in_outer(protocol, field, segment);
  const bool inet = is_inet(segment);
  constexpr std::array<std::string_view, 5> others{"udp", "sctp", "dccp", "udplite", "igmp"};
  if (std::ranges::find(others, protocol) != others.end()) return Absent{};
  if ((protocol == "ip" && !inet) || (protocol == "ip6" && inet) || protocol == "arp")
    return Absent{};
  if (protocol == "icmpv6" && field == "type" && segment.icmp_type) return *segment.icmp_type;
  if (protocol == "icmp" || protocol == "icmpv6")
    return segment.is_icmp && (protocol == "icmp") == inet ? Has(NotKnown{}) : Has(Absent{});
  if (protocol == "tcp" && segment.is_icmp) return Absent{};
  if ((protocol == "tcp" || protocol == "th") && !segment.is_icmp) {
    if (field == "sport")
      return port_of(segment.source, segment.source_port_known, segment.source_ports);
    if (field == "dport")
      return port_of(segment.destination, segment.destination_port_known,
                     segment.destination_ports);
  }
  if (protocol == "ip" || protocol == "ip6") {
    if (field == "saddr" && !segment.is_icmp && segment.source_known) return segment.source.address;
    if (field == "daddr" && segment.destination_known) return segment.destination.address;
    if (field == "protocol" || field == "nexthdr") return protocol_of(segment);
    // Neighbour discovery does not cross a router (RFC 4861, section 6.1.1).
    if (protocol == "ip6" && field == "hoplimit" && segment.icmp_type) return std::uint32_t{255};
    if (field == "version") return std::uint32_t{inet ? 4U : 6U};
  }
  return NotKnown{};
}

// "fib daddr type"
Has in_fib(const json& fib, const SegmentAtHook& segment) {
  const json flags = fib.value("flags", json());
  if (fib.value("result", "") != "type" || !flags.is_array() || flags.size() != 1)
    return NotKnown{};
  const auto& type = flags[0] == "saddr" ? segment.source_type : segment.destination_type;
  if (!type || (flags[0] != "saddr" && flags[0] != "daddr")) return NotKnown{};
  return std::string(to_string(*type));
}

Has in_ct(const json& ct, const SegmentAtHook& segment) {
  const std::string key = ct.value("key", "");
  if (ct.contains("dir")) return NotKnown{};
  if (key == "mark" && segment.ct_mark) return *segment.ct_mark;
  if (key != "direction") return NotKnown{};
  // Of the segments here only the answer is of a connection that is established.
  if (segment.state == "new") return std::string("original");
  if (segment.state == "established") return std::string("reply");
  return NotKnown{};
}

Has interface_of(const std::optional<std::string>& name) {
  if (!name) return NotKnown{};
  return *name;
}

Has in_meta(const json& meta, const SegmentAtHook& segment) {
  const std::string key = meta.value("key", "");
  const bool inet = is_inet(segment);
  if (segment.is_arp && key == "l4proto") return Absent{};
  if (segment.is_arp && key == "nfproto") return NotKnown{};
  if (segment.is_arp && key == "protocol") return std::string("arp");
  if (key == "l4proto") return protocol_of(segment);
  if (key == "nfproto") return std::string(inet ? "ipv4" : "ipv6");
  if (key == "protocol") return std::string(inet ? "ip" : "ip6");
  if (key == "iifname" || key == "iif") return interface_of(segment.in);
  if (key == "oifname" || key == "oif") return interface_of(segment.out);
  if (key == "mark" && segment.mark) return *segment.mark;
  if (key == "skuid" && segment.uid) return *segment.uid;
  if (key == "pkttype" && segment.is_host) return std::string("host");
  return NotKnown{};
}

bool is_fragment_offset(const json& left) {
  return left.contains("payload") && left["payload"].value("protocol", "") == "ip" &&
         left["payload"].value("field", "") == "frag-off";
}

// No SYN and no answer to it is so long that it comes in fragments. IP_DF is set, or not.
Has fragment_offset(const json& mask, const SegmentAtHook& segment) {
  constexpr std::uint32_t of_fragments = 0x3fff;  // IP_MF, IP_OFFSET
  if (!is_inet(segment) || segment.is_arp) return Absent{};
  if (!mask.is_number_unsigned() || (mask.get<std::uint32_t>() & ~of_fragments) != 0)
    return NotKnown{};
  return std::uint32_t{0};
}

// "tcp flags & (fin|syn|rst|ack)", as iptables' --syn; "meta mark & 0x1".
Has masked(const json& both_sides, const SegmentAtHook& segment) {
  if (!both_sides.is_array() || both_sides.size() != 2) return NotKnown{};
  const json& payload = both_sides[0];
  if (is_fragment_offset(payload)) return fragment_offset(both_sides[1], segment);
  if (!payload.contains("payload")) {
    const Has has = value_of(payload, segment);
    const auto* number = std::get_if<std::uint32_t>(&has);
    if (!number || !both_sides[1].is_number_unsigned()) return NotKnown{};
    return *number & both_sides[1].get<std::uint32_t>();
  }
  if (payload["payload"].value("field", "") != "flags" ||
      payload["payload"].value("protocol", "") != "tcp")
    return NotKnown{};
  if (!segment.is_tcp()) return Absent{};
  const auto mask = flags_in(both_sides[1]);
  if (!segment.flags || !mask || (*mask & ecn_flags) != 0) return NotKnown{};
  return std::uint32_t{static_cast<std::uint32_t>(segment.flags->byte() & *mask)};
}

}  // namespace

bool is_routing_header(const json& left) {
  return left.is_object() && left.contains("exthdr") && left["exthdr"].value("name", "") == "rt";
}

Has value_of(const json& left, const SegmentAtHook& segment) {
  if (is_routing_header(left)) return Absent{};
  if (!left.is_object() || left.size() != 1) return NotKnown{};
  if (left.contains("payload")) return in_payload(left["payload"], segment);
  if (left.contains("meta")) return in_meta(left["meta"], segment);
  if (left.contains("&")) return masked(left["&"], segment);
  if (left.contains("fib")) return in_fib(left["fib"], segment);
  if (left.contains("ct")) return in_ct(left["ct"], segment);
  return NotKnown{};
}

// "syn", ["syn", "ack"], {"|": ["syn", "ack"]}
std::optional<std::uint8_t> flags_in(const json& names) {
  constexpr std::array<std::pair<std::string_view, std::uint8_t>, 8> all{{{"fin", 1},
                                                                          {"syn", 2},
                                                                          {"rst", 4},
                                                                          {"psh", 8},
                                                                          {"ack", 16},
                                                                          {"urg", 32},
                                                                          {"ecn", 64},
                                                                          {"cwr", 128}}};
  if (names.is_number_unsigned()) return static_cast<std::uint8_t>(names.get<unsigned>());
  if (names.is_string()) {
    const auto found = std::ranges::find(all, names.get<std::string>(),
                                         [](const auto& each) { return std::string(each.first); });
    if (found == all.end()) return std::nullopt;
    return found->second;
  }
  const json* list = names.is_array() ? &names : nullptr;
  if (names.is_object() && names.contains("|")) list = &names["|"];
  if (!list) return std::nullopt;
  std::uint8_t sum = 0;
  for (const json& each : *list) {
    const auto flag = flags_in(each);
    if (!flag) return std::nullopt;
    sum = static_cast<std::uint8_t>(sum | *flag);
  }
  return sum;
}

}  // namespace lab::filter
