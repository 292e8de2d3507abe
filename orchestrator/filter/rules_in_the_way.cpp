// SPDX-License-Identifier: MIT
#include "filter/rules_in_the_way.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "filter/conntrack.hpp"
#include "filter/netfilter.hpp"
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
bool may_be_tracked(const Namespace& space, const Question& question) try {
  if (!question.source) return true;
  Endpoint source = *question.source;
  if (question.port_is_assumed) source.port = 0;
  return is_tracked(space, source, question.destination);
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

// "\tflags owner": Nftables::ruleset_as_json() is not for a table with one flag. "\tflags dormant,
// owner": the chains of such a table are not asked. The flags of sets are indented further.
bool has_unreadable_table(const std::string& ruleset) {
  return std::ranges::any_of(lines(ruleset), [](std::string_view line) {
    return line.starts_with("\tflags ") && (line.find(',') == std::string_view::npos ||
                                            line.find("dormant") != std::string_view::npos);
  });
}

RulesInTheWay all_of(const std::vector<NetfilterHook>& hooks) {
  RulesInTheWay found;
  for (const NetfilterHook& hook : hooks) found.acting.push_back(hook.text);
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

// Of IPv6; connection tracking leaves it alone (nf_conntrack_icmpv6_error()).
void add_discovery(const Facts& facts, Ways& ways) {
  const RouteAnswer& there = facts.arrival.there;
  if (facts.question.destination.address.family() != Family::inet6 || there.error != 0 ||
      there.type != RouteType::unicast)
    return;
  SegmentOnWay way;
  way.first = false;
  way.segment.destination = facts.question.destination;
  way.segment.source_known = way.segment.destination_known = false;
  way.segment.is_icmp = true;
  way.segment.state = "untracked";
  way.hooks = {"output", "postrouting"};
  way.segment.out = seen_as(there.device, facts);
  way.segment.icmp_type = "nd-neighbor-solicit";
  ways.discovery.push_back(way);
  way.hooks = {"prerouting", "input"};
  way.segment.in = seen_as(there.device, facts);
  way.segment.icmp_type = "nd-neighbor-advert";
  ways.discovery.push_back(way);
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

// Of what comes in, 0 until a rule or program sets another; of what is sent, that of its socket.
std::optional<std::uint32_t> mark_of_syn(const Facts& facts) {
  const Filters& filters = facts.filters;
  const bool others_may = !filters.bpf || !filters.bpf->empty() || !filters.ipsec ||
                          !filters.ipsec->empty() || !facts.arrival.vrf.empty();
  if (others_may) return std::nullopt;
  return facts.arrival.local_sender ? facts.question.mark : std::optional<std::uint32_t>(0);
}

}  // namespace

Ways ways_of(const Facts& facts, bool tracked) {
  const Question& question = facts.question;
  const Arrival& arrival = facts.arrival;
  const bool is_local = arrival.there.error == 0 && arrival.there.type == RouteType::local;
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

  if (arrival.local_sender && is_local) {
    syn.hooks = answer.hooks = {"output", "postrouting", "prerouting", "input"};
    syn.segment.in = syn.segment.out = answer.segment.in = answer.segment.out =
        seen_as("lo", facts);
  } else if (arrival.local_sender) {
    syn.hooks = {"output", "postrouting"};
    syn.segment.out = seen_as(arrival.there.device, facts);
    answer.hooks = {"prerouting", "input"};  // on whatever interface
  } else if (is_local) {
    syn.hooks = {"prerouting", "input"};
    syn.segment.in = seen_as(arrival.device, facts);
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
  const auto hooks = netfilter_hooks(space);
  if (!hooks) return std::nullopt;
  if (hooks->empty() || !facts.question.source) return RulesInTheWay{};
  // A socket that has the 4-tuple may send a segment at any moment, which is tracked then.
  const bool tracked = infer_connection(facts) || may_be_tracked(space, facts.question);
  Ways ways = ways_of(facts, tracked);
  // Their rules are not read.
  if (std::ranges::find(*hooks, NetfilterHook::Kind::legacy, &NetfilterHook::kind) != hooks->end())
    ways.syn.segment.mark.reset();
  RulesInTheWay found;
  try {
    Nftables nftables(space);
    const std::string with_handles = nftables.ruleset_with_handles();
    if (has_unreadable_table(with_handles)) return all_of(*hooks);
    found = rules_that_may_act(nftables.ruleset_as_json(), with_handles, ways);
    if (const std::string full = full_table(space); !full.empty()) add_for_both(full, found);
  } catch (const EnvironmentError&) {
    return all_of(*hooks);  // what is there may act
  } catch (const nlohmann::json::exception&) {
    return all_of(*hooks);
  }
  for (const NetfilterHook& hook : *hooks)
    if (hook.kind == NetfilterHook::Kind::legacy) {
      add_for_both(hook.text, found);
      found.marking.push_back(hook.text);
    }
  return found;
}

}  // namespace lab::filter
