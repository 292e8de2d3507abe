// SPDX-License-Identifier: MIT
#include "filter/rules_in_the_way.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "filter/conntrack.hpp"
#include "filter/netfilter.hpp"
#include "net/nftables.hpp"
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

// "\tflags dormant": Nftables::ruleset_as_json() is not for those. The flags of sets are indented
// further.
bool has_table_with_one_flag(const std::string& ruleset) {
  return std::ranges::any_of(lines(ruleset), [](std::string_view line) {
    return line.starts_with("\tflags ") && line.find(',') == std::string_view::npos;
  });
}

RulesInTheWay all_of(const std::vector<NetfilterHook>& hooks) {
  RulesInTheWay found;
  for (const NetfilterHook& hook : hooks) found.acting.push_back(hook.text);
  found.marking = found.acting;
  return found;
}

}  // namespace

std::vector<SegmentOnWay> ways_of(const Facts& facts, bool tracked) {
  const Question& question = facts.question;
  const Arrival& arrival = facts.arrival;
  if (!question.source) return {};
  const bool is_local = arrival.there.error == 0 && arrival.there.type == RouteType::local;
  const bool port_known = !question.port_is_assumed && question.source->port != 0;

  SegmentOnWay syn;
  syn.segment.source = *question.source;
  syn.segment.destination = question.destination;
  syn.segment.source_port_known = port_known;
  syn.segment.flags = TcpFlags{.syn = true};
  if (!tracked) syn.segment.state = "new";
  SegmentOnWay answer;
  answer.first = false;
  answer.segment.source = question.destination;
  answer.segment.destination = *question.source;
  answer.segment.destination_port_known = port_known;
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
  return {syn, answer};
}

std::optional<RulesInTheWay> rules_in_the_way(const Namespace& space, const Facts& facts) {
  const auto hooks = netfilter_hooks(space);
  if (!hooks) return std::nullopt;
  if (hooks->empty()) return RulesInTheWay{};
  RulesInTheWay found;
  try {
    Nftables nftables(space);
    const std::string with_handles = nftables.ruleset_with_handles();
    if (has_table_with_one_flag(with_handles)) return all_of(*hooks);
    found = rules_that_may_act(nftables.ruleset_as_json(), with_handles,
                               ways_of(facts, may_be_tracked(space, facts.question)));
    if (std::string full = full_table(space); !full.empty())
      found.acting.push_back(std::move(full));
  } catch (const EnvironmentError&) {
    return all_of(*hooks);  // what is there may act
  } catch (const nlohmann::json::exception&) {
    return all_of(*hooks);
  }
  for (const NetfilterHook& hook : *hooks)
    if (hook.kind == NetfilterHook::Kind::legacy) {
      found.acting.push_back(hook.text);
      found.marking.push_back(hook.text);
    }
  return found;
}

}  // namespace lab::filter
