// SPDX-License-Identifier: MIT
#include "filter/rules_in_the_way.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "filter/conntrack.hpp"
#include "filter/iptables_parts.hpp"
#include "filter/netfilter.hpp"
#include "filter/segment_facts.hpp"
#include "filter/tunnels.hpp"
#include "net/nftables.hpp"
#include "record/infer.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::filter {
namespace {

// An interface by name, unless a VRF makes it appear as another one.
std::optional<std::string> seen_as(const std::string& device, const Facts& facts) {
  if (device.empty() || !facts.arrival.vrf.empty()) return std::nullopt;
  return device;
}

// Where it may know the connection already, or cannot be asked, the state is not known.
bool may_be_tracked(const Namespace& space, const Facts& facts) try {
  const Question& question = facts.question;
  if (!question.source) return true;
  if (!question.port_is_assumed) return is_tracked(space, *question.source, question.destination);
  // A sender finds none of the ports that it is connected by.
  std::set<std::uint16_t> connected;
  for (const Row& row : facts.tables.ehash)
    if (row.kind == Kind::full && row.local.port == question.destination.port &&
        row.remote.address.mapped() == question.source->address.mapped())
      connected.insert(row.remote.port);
  return is_tracked(space, {question.source->address, 0}, question.destination, connected);
} catch (const EnvironmentError&) {
  return true;
}

constexpr const char* cannot_be_read =
    "connection tracking, whose number of entries cannot be read";

// nf_conntrack_alloc() refuses a new connection where the table is full. Empty: it is not.
std::string full_table(const Namespace& space) try {
  if (!has_connection_tracking(space)) return "";
  const auto number = [&](const char* name) -> std::optional<long> {
    const std::string path = fmt::format("/proc/sys/net/netfilter/{}", name);
    const std::string text = in(space, [&] { return read_file(path); });
    return to_integer<long>(std::string_view(text).substr(0, text.find('\n')));
  };
  const auto count = number("nf_conntrack_count"), most = number("nf_conntrack_max");
  if (!count || !most) return cannot_be_read;
  if (*most == 0 || *count < *most) return "";
  return fmt::format("connection tracking, whose table is full ({} of {} entries)", *count, *most);
} catch (const SystemError&) {
  return cannot_be_read;
}

struct ListedTable {
  std::string name;       // with its family: "inet filter"
  bool one_flag = false;  // Nftables::ruleset_as_json() is not for that
  bool dormant = false;   // its chains are not asked (nf_tables_table_disable())
};

// As nft prints them: "table inet filter { # handle 1", "\tflags dormant,owner". The flags of sets
// are indented further.
std::vector<ListedTable> tables_in(const std::string& ruleset) {
  std::vector<ListedTable> tables;
  for (const std::string_view line : lines(ruleset)) {
    const auto parts = words(line);
    if (line.starts_with("table ") && parts.size() >= 3) {
      tables.push_back({.name = fmt::format("{} {}", parts[1], parts[2])});
    } else if (line.starts_with("\tflags ") && !tables.empty()) {
      tables.back().one_flag = line.find(',') == std::string_view::npos;
      tables.back().dormant = line.find("dormant") != std::string_view::npos;
    }
  }
  return tables;
}

// Those of tables that are not dormant. Nothing: they cannot be read.
std::optional<std::string> rules_as_json(Nftables& nftables, const std::string& with_handles) {
  const std::vector<ListedTable> tables = tables_in(with_handles);
  if (std::ranges::any_of(tables, [](const auto& each) { return each.one_flag && !each.dormant; }))
    return std::nullopt;
  if (std::ranges::none_of(tables, &ListedTable::dormant)) return nftables.ruleset_as_json();
  nlohmann::json all = nlohmann::json::array();
  for (const ListedTable& table : tables) {
    if (table.dormant) continue;
    const auto listed = nlohmann::json::parse(nftables.table_as_json(table.name));
    for (const auto& each : listed.at("nftables")) all.push_back(each);
  }
  return nlohmann::json{{"nftables", all}}.dump();
}

RulesInTheWay all_of(const std::vector<NetfilterHook>& hooks) {
  RulesInTheWay found;
  for (const NetfilterHook& hook : hooks)
    (hook.family == "arp" ? found.discovery_of_answer : found.acting).push_back(hook.text);
  found.discovery_by_sender = found.discovery_of_answer;
  found.acting_on_answer = found.marking = found.acting;
  return found;
}

// It may act on both, and before a rule that would end them.
void add_for_both(const std::string& text, RulesInTheWay& into) {
  if (into.ends_syn) into.acting.push_back(into.ends_syn->text);
  if (into.ends_answer) into.acting_on_answer.push_back(into.ends_answer->text);
  into.ends_syn.reset();
  into.ends_answer.reset();
  into.acting.push_back(text);
  into.acting_on_answer.push_back(text);
}

// A RST of a rule has the addresses and ports of an answer, and belongs to the connection of the
// SYN in whatever state (nf_ct_attach()).
SegmentOnWay reset_on_way(const SegmentAtHook& syn, SegmentOnWay way) {
  SegmentAtHook& segment = way.segment;
  segment.source = syn.destination;
  segment.destination = syn.source;
  segment.destination_port_known = syn.source_port_known;
  segment.destination_ports = syn.source_ports;
  segment.source_type = syn.destination_type;
  segment.destination_type = syn.source_type;
  segment.flags = TcpFlags{.rst = true, .ack = true};
  return way;
}

SegmentOnWay icmp_on_way(const SegmentAtHook& syn, SegmentOnWay way) {
  SegmentAtHook& segment = way.segment;
  segment.source = syn.destination;
  segment.destination = syn.source;
  segment.is_icmp = true;
  return way;
}

// Connection tracking leaves it alone (nf_conntrack_icmpv6_error()).
SegmentOnWay neighbour_discovery(const char* type, const Facts& facts) {
  SegmentOnWay way;
  way.first = false;
  way.segment.destination = facts.question.destination;
  way.segment.source_known = way.segment.destination_known = false;
  way.segment.is_icmp = true;
  way.segment.state = "untracked";
  way.segment.icmp_type = type;
  return way;
}

SegmentOnWay coming_in(SegmentOnWay way, const std::string& device, const Facts& facts) {
  way.hooks = {"prerouting", "input"};
  way.segment.in = seen_as(device, facts);
  return way;
}

SegmentOnWay leaving(SegmentOnWay way, const std::string& device, const Facts& facts) {
  way.hooks = {"output", "postrouting"};
  way.segment.out = seen_as(device, facts);
  return way;
}

constexpr const char *solicits = "nd-neighbor-solicit", *advertises = "nd-neighbor-advert";

// Of the two addresses only one is known, in the request and in the reply: of this host's own the
// sysctl arp_announce decides which one is named.
std::vector<SegmentOnWay> arp(const Address& of, bool is_known, bool asked_here,
                              const std::string& device) {
  SegmentOnWay in;
  in.first = false;
  in.segment.is_arp = true;
  in.segment.source = in.segment.destination = {of, 0};
  in.segment.source_known = in.segment.destination_known = false;
  SegmentOnWay out = in;
  in.hooks = {"input"};
  in.segment.in = device;
  out.hooks = {"output"};
  out.segment.out = device;
  // The request has it for its destination, the reply for its source.
  SegmentOnWay& request = asked_here ? out : in;
  SegmentOnWay& reply = asked_here ? in : out;
  request.segment.destination_known = reply.segment.source_known = is_known;
  request.segment.arp_operation = "request";
  reply.segment.arp_operation = "reply";
  return {out, in};
}

// By which this host finds its next hop.
std::vector<SegmentOnWay> discovery_of(const NextHop& hop, const Facts& facts) {
  if (hop.address.family() == Family::inet) return arp(hop.address, true, true, hop.device);
  return {leaving(neighbour_discovery(solicits, facts), hop.device, facts),
          coming_in(neighbour_discovery(advertises, facts), hop.device, facts)};
}

// By which the sender, or the last router on its way, finds this host.
std::vector<SegmentOnWay> discovery_by_sender(const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  const Address& destination = facts.question.destination.address;
  const Interface* device = find_interface(facts.interfaces, arrival.device);
  if (arrival.local_sender || !arrival.there.is_delivered() || !device || device->loopback ||
      !device->asks_for_neighbours)
    return {};
  // A router may ask for another address of this host.
  const bool is_on_link = !arrival.back.gateway;
  if (destination.family() == Family::inet)
    return arp(destination, is_on_link, false, arrival.device);
  return {coming_in(neighbour_discovery(solicits, facts), arrival.device, facts),
          leaving(neighbour_discovery(advertises, facts), arrival.device, facts)};
}

// The next hop of the SYN, if it leaves.
const NextHop* hop_of_syn(const Facts& facts) {
  const RouteAnswer& there = facts.arrival.there;
  const bool leaves = there.error == 0 && there.type == RouteType::unicast;
  return leaves && facts.next_hop ? &*facts.next_hop : nullptr;
}

void add_discovery(const Facts& facts, Ways& ways) {
  // Over IPv6 an entry that is usable may have to be confirmed.
  if (const NextHop* hop = hop_of_syn(facts);
      hop && (hop->must_be_found() || hop->address.family() == Family::inet6))
    ways.discovery = discovery_of(*hop, facts);
  if (const NextHop* hop = hop_of_answer(facts); hop && hop->must_be_found())
    ways.discovery_of_answer = discovery_of(*hop, facts);
  ways.discovery_by_sender = discovery_by_sender(facts);
}

// A route to others over lo (route_over_loopback()): what comes back is an ICMP error, or nothing.
void over_loopback(const Facts& facts, SegmentOnWay& syn, SegmentOnWay& answer) {
  const Arrival& arrival = facts.arrival;
  const bool inet6 = facts.question.destination.address.family() == Family::inet6;
  answer.segment.is_icmp = true;
  answer.segment.state.reset();
  answer.hooks = {"output", "postrouting"};
  if (arrival.local_sender) {
    syn.segment.in = syn.segment.out = answer.segment.in = answer.segment.out = "lo";
    answer.hooks = {"output", "postrouting", "prerouting", "input"};
    // The route of IPv6 refuses where the packet would be given to "postrouting".
    syn.hooks = {"output"};
    if (!inet6) syn.hooks = {"output", "postrouting", "prerouting"};
    return;
  }
  answer.segment.out = seen_as(arrival.icmp_back.device, facts);
  syn.segment.in = seen_as(arrival.device, facts);
  syn.hooks = {"prerouting"};
  if (inet6) return;
  // It comes to these again and again, then on lo.
  syn.hooks = {"prerouting", "forward", "postrouting"};
  syn.segment.in.reset();
}

// Where what a rule sends back certainly gets to the sender, unless another rule stops it.
void add_refusals(const Facts& facts, Ways& ways) {
  const Arrival& arrival = facts.arrival;
  SegmentOnWay way;
  way.first = false;
  if (arrival.icmp_back.error != 0 || !arrival.vrf.empty()) return;
  if (arrival.local_sender) {
    const Interface* lo = find_interface(facts.interfaces, "lo");
    const bool is_off = facts.question.destination.address.family() == Family::inet6 &&
                        facts.sysctls.ipv6_disabled.value_or(true);
    if (!lo || !lo->up || is_off || arrival.icmp_back.type != RouteType::local) return;
    way.hooks = {"output", "postrouting", "prerouting", "input"};
    way.segment.in = way.segment.out = "lo";
  } else {
    // By that interface it came from the sender, and back goes what answers.
    const bool is_known = arrival.back.error == 0 && arrival.back.type == RouteType::unicast &&
                          arrival.icmp_back.type == RouteType::unicast &&
                          arrival.back.device == arrival.device &&
                          arrival.icmp_back.device == arrival.device;
    if (!is_known) return;
    way.hooks = {"output", "postrouting"};
    way.segment.out = arrival.device;
  }
  ways.reset = reset_on_way(ways.syn.segment, way);
  ways.icmp = icmp_on_way(ways.syn.segment, way);
}

// Programs and policies of IPsec set marks, too, of segments and of connections.
bool only_rules_may_mark(const Facts& facts) {
  const Filters& filters = facts.filters;
  return filters.bpf && filters.bpf->empty() && filters.ipsec && filters.ipsec->empty() &&
         facts.arrival.vrf.empty();
}

// Of what comes in, 0 until a rule sets another; of what is sent, that of its socket.
std::optional<std::uint32_t> mark_of_syn(const Facts& facts) {
  if (!only_rules_may_mark(facts)) return std::nullopt;
  return facts.arrival.local_sender ? facts.question.mark : std::optional<std::uint32_t>(0);
}

// Of the tunnels by which the SYN comes in or leaves, or its answer.
std::vector<SegmentOnWay> outer_packets(const Namespace& space, const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  std::vector<SegmentOnWay> ways;
  Netlink netlink(space);
  const auto add = [&](const std::string& device, bool come_in, bool leave) {
    if (device.empty()) return;
    for (const Tunnel& tunnel : tunnels_among(netlink, {device}))
      for (SegmentOnWay& way : outer_packets_of(tunnel, come_in, leave))
        ways.push_back(std::move(way));
  };
  const bool leaves = arrival.there.error == 0 && arrival.there.type == RouteType::unicast;
  if (!arrival.local_sender) add(arrival.device, true, false);
  // By that interface the answer comes back.
  if (leaves) add(arrival.there.device, true, true);
  if (!arrival.local_sender && arrival.back.error == 0) add(arrival.back.device, false, true);
  return ways;
}

// Chains of family arp are asked.
bool is_any_by_arp(const Facts& facts) {
  const Ways ways = ways_of(facts, false);
  const auto is_arp = [](const SegmentOnWay& way) { return way.segment.is_arp; };
  return std::ranges::any_of(ways.discovery, is_arp) ||
         std::ranges::any_of(ways.discovery_of_answer, is_arp) ||
         std::ranges::any_of(ways.discovery_by_sender, is_arp);
}

}  // namespace

Ways ways_of(const Facts& facts, bool tracked) {
  const Question& question = facts.question;
  const Arrival& arrival = facts.arrival;
  const bool is_local = arrival.there.is_delivered();
  const bool port_known = !question.port_is_assumed && question.source->port != 0;

  SegmentOnWay syn;
  syn.segment.source = *question.source;
  syn.segment.destination = question.destination;
  syn.segment.source_port_known = port_known;
  syn.segment.flags = TcpFlags{.syn = true};
  syn.segment.mark = mark_of_syn(facts);
  syn.segment.source_decides = std::ranges::any_of(facts.tables.listeners, [&](const Row& row) {
    return row.local.port == question.destination.port && !row.md5_peers.empty();
  });
  if (arrival.local_sender) {
    syn.segment.uid = question.uid;
    // Of a sender elsewhere the range is not known.
    if (!port_known) syn.segment.source_ports = facts.sysctls.ip_local_port_range;
  }
  if (!tracked) syn.segment.state = "new";
  SegmentOnWay answer;
  answer.first = false;
  answer.segment.source = question.destination;
  answer.segment.destination = *question.source;
  answer.segment.destination_port_known = port_known;
  answer.segment.destination_ports = syn.segment.source_ports;
  if (!tracked) answer.segment.state = "established";
  answer.segment.flags = flags_of_answer(facts);
  // init_conntrack(): of a new connection it is 0.
  if (!tracked && only_rules_may_mark(facts)) syn.segment.ct_mark = 0;
  answer.segment.ct_mark = syn.segment.ct_mark;
  syn.segment.source_type = answer.segment.destination_type = type_of_source(facts);
  syn.segment.destination_type = answer.segment.source_type = type_of_destination(facts);
  // A frame for another host is dropped before (ip_rcv_core()); what goes to many is not for one.
  syn.segment.is_host = answer.segment.is_host = syn.segment.destination_type.has_value();

  if (arrival.local_sender && is_local) {
    syn.hooks = answer.hooks = {"output", "postrouting", "prerouting", "input"};
    syn.segment.in = syn.segment.out = answer.segment.in = answer.segment.out =
        seen_as("lo", facts);
    syn.segment.returns_by_in = answer.segment.returns_by_in = facts.arrival.vrf.empty();
  } else if (leads_over_loopback(arrival.there, facts)) {
    over_loopback(facts, syn, answer);
  } else if (arrival.local_sender) {
    syn.hooks = {"output", "postrouting"};
    syn.segment.out = seen_as(arrival.there.device, facts);
    answer.hooks = {"prerouting", "input"};  // on whatever interface
  } else if (is_local) {
    syn.hooks = {"prerouting", "input"};
    syn.segment.in = seen_as(arrival.device, facts);
    syn.segment.returns_by_in = comes_from_where_the_route_leads(facts);
    answer.hooks = {"output", "postrouting"};
    answer.segment.out = seen_as(arrival.back.device, facts);
  } else if (arrival.there.error != 0) {
    // Routing refuses it (ip_error(), ip6_pkt_drop()): no TCP answers, but ICMP may. Whether that
    // is "related" to a connection whose first packet got lost, or "invalid", kernels decide.
    syn.hooks = {"prerouting"};
    syn.segment.in = seen_as(arrival.device, facts);
    answer.segment.is_icmp = true;
    answer.segment.state.reset();
    answer.hooks = {"output", "postrouting"};
    answer.segment.out = seen_as(arrival.icmp_back.device, facts);
  } else {
    syn.hooks = answer.hooks = {"prerouting", "input", "forward", "postrouting"};
    syn.segment.in = seen_as(arrival.device, facts);
    // A broadcast is for this host, too (ip_local_deliver()).
    if (arrival.there.type == RouteType::unicast) {
      std::erase(syn.hooks, "input");
      answer.hooks = syn.hooks;
    }
    syn.segment.out = seen_as(arrival.there.device, facts);
  }
  Ways ways{syn, answer};
  add_refusals(facts, ways);
  add_discovery(facts, ways);
  return ways;
}

std::optional<RulesInTheWay> rules_in_the_way(const Namespace& space, const Facts& facts) {
  const bool by_arp = facts.question.source && is_any_by_arp(facts);
  const auto hooks = netfilter_hooks(space, by_arp ? ArpChains::included : ArpChains::left_out);
  if (!hooks) return std::nullopt;
  if (hooks->empty() || !facts.question.source) return RulesInTheWay{};
  // A socket that has the 4-tuple may send a segment at any moment, which is tracked then.
  const bool tracked = infer_connection(facts) || may_be_tracked(space, facts);
  Ways ways = ways_of(facts, tracked);
  ways.outer_packets = outer_packets(space, facts);
  // Their rules are not read.
  if (std::ranges::find(*hooks, NetfilterHook::Kind::legacy, &NetfilterHook::kind) !=
      hooks->end()) {
    ways.syn.segment.mark.reset();
    ways.syn.segment.ct_mark.reset();
    if (ways.answer) ways.answer->segment.ct_mark.reset();
  }
  RulesInTheWay found;
  try {
    Nftables nftables(space);
    const std::string with_handles = nftables.ruleset_with_handles();
    const auto as_json = rules_as_json(nftables, with_handles);
    if (!as_json) return all_of(*hooks);
    found = rules_that_may_act(*as_json, with_handles, ways, iptables_parts(space));
    if (const std::string full = full_table(space); !full.empty()) add_for_both(full, found);
  } catch (const EnvironmentError&) {
    return all_of(*hooks);  // what is there may act
  } catch (const nlohmann::json::exception&) {
    return all_of(*hooks);
  }
  for (const NetfilterHook& hook : *hooks)
    if (hook.kind == NetfilterHook::Kind::legacy) {
      add_for_both(hook.text, found);
      if (!ways.outer_packets.empty()) found.outer_packets.push_back(hook.text);
      found.marking.push_back(hook.text);
    }
  return found;
}

}  // namespace lab::filter
