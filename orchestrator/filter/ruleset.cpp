// SPDX-License-Identifier: MIT
#include "filter/ruleset.hpp"

#include <algorithm>
#include <climits>
#include <cstddef>
#include <utility>

#include "filter/rule_trace.hpp"
#include "filter/rule_walk.hpp"
#include "filter/statement.hpp"

namespace lab::filter {
namespace {

using nlohmann::json;

// The set or map that a statement changes: {"set": {"op": "add", "elem": …, "set": "@seen"}}.
// Empty: none. What time takes away, each element tells (rule_match.cpp).
std::string changed_by(const json& statement) {
  for (const char* key : {"set", "map"})
    if (statement.is_object() && statement.contains(key) && statement[key].is_object())
      if (const std::string name = statement[key].value(key, ""); name.starts_with('@'))
        return name.substr(1);
  return "";
}

// nft 1.0.6 leaves out that flag in JSON, so that the rules have to tell.
bool is_dynamic(const json& set) {
  for (const json& flag : set.value("flags", json::array()))
    if (flag == "dynamic") return true;
  return false;
}

// With what iptables' matches and targets in it do.
json understood(json rule, const IptablesParts& parts) {
  const std::string family = rule.at("family");
  if (family != "ip" && family != "ip6") return rule;
  const auto table = parts.find(family + " " + rule.at("table").get<std::string>());
  if (table == parts.end() || !rule.contains("expr")) return rule;
  const auto found = table->second.find(rule.value("handle", std::uint64_t{0}));
  if (found != table->second.end())
    rule["expr"] =
        with_native(rule["expr"], found->second, family == "ip" ? Family::inet : Family::inet6);
  return rule;
}

Ruleset read(const std::string& as_json, const std::string& with_handles,
             const IptablesParts& parts) {
  Ruleset ruleset;
  ruleset.texts = rule_texts(with_handles);
  std::vector<std::pair<Table*, std::string>> changed;
  const json list = json::parse(as_json);
  for (const json& object : list.at("nftables")) {
    const auto table_of = [&](const json& part) -> Table& {
      const std::string family = part.at("family"), name = part.at("table");
      Table& table = ruleset.tables[family + " " + name];
      table.family = family;
      table.name = name;
      return table;
    };
    if (object.contains("chain")) {
      const json& chain = object["chain"];
      table_of(chain).chains[chain.at("name")] = chain;
    } else if (object.contains("rule")) {
      const json rule = understood(object["rule"], parts);
      table_of(rule).rules[rule.at("chain")].push_back(rule);
      for (const json& each : rule.value("expr", json::array())) {
        if (std::string set = changed_by(each); !set.empty())
          changed.emplace_back(&table_of(rule), std::move(set));
        ruleset.untracks |= changes_tracking(each);
        ruleset.marks |= may_set_mark(each);
        ruleset.ct_marks |= may_set_ct_mark(each);
      }
    } else if (object.contains("set") && !is_dynamic(object["set"])) {
      const json& set = object["set"];
      table_of(set).sets[set.at("name")] = set.value("elem", json::array());
    } else if (object.contains("map") && !is_dynamic(object["map"])) {
      const json& map = object["map"];
      if (map.value("map", json()) == "verdict")
        table_of(map).maps[map.at("name")] = map.value("elem", json::array());
    }
  }
  for (const auto& [table, set] : changed) {
    table->sets.erase(set);
    table->maps.erase(set);
  }
  return ruleset;
}

// Of links and bridges, which may be other ones than the segment's.
bool is_of_links(const std::string& hook, const Table& table) {
  return table.family == "netdev" || table.family == "bridge" || hook == "ingress" ||
         hook == "egress";
}

// Whether the base chain sees the segment at all.
bool is_on_way(const json& chain, const Table& table, const SegmentOnWay& way) {
  if (!chain.contains("hook")) return false;
  const std::string hook = chain["hook"], type = chain.value("type", "filter");
  if (way.segment.is_arp)
    return table.family == "netdev" || table.family == "bridge" ||
           (table.family == "arp" && std::ranges::find(way.hooks, hook) != way.hooks.end());
  const bool inet = way.segment.destination.address.family() == Family::inet;
  if (table.family == "arp" || (table.family == "ip" && !inet) || (table.family == "ip6" && inet))
    return false;
  if (type == "nat" && !way.first) return false;
  if (is_of_links(hook, table)) return true;  // all that it could be
  return std::ranges::find(way.hooks, hook) != way.hooks.end();
}

// Lower ones come first at a hook.
int priority_of(const json& chain) {
  const std::string hook = chain["hook"];
  // The chains of NAT are asked where NAT itself is registered (nf_nat_register_fn()), whatever
  // their own priority: NF_IP_PRI_NAT_DST, NF_IP_PRI_NAT_SRC.
  if (chain.value("type", "filter") == "nat")
    return hook == "prerouting" || hook == "output" ? -100 : 100;
  if (!chain.contains("prio") || !chain["prio"].is_number_integer()) return INT_MIN;
  return chain["prio"].get<int>();
}

// What the segment has at that chain's hook.
SegmentAtHook at_hook(const SegmentAtHook& on_way, const json& chain, const Table& table) {
  SegmentAtHook segment = on_way;
  const std::string hook = chain["hook"];
  const bool of_links = is_of_links(hook, table);
  // nf_hook_state: no interface to come in on at "output", none to leave by at "input". What
  // "postrouting" has for the first differs between kernels (ip_output()).
  if (hook == "output") segment.in = "";
  if (hook == "input" || hook == "prerouting") segment.out = "";
  if (hook == "postrouting" || of_links) segment.in.reset();
  if (of_links) segment.out.reset();
  // Of what comes in the socket is not known (nft_meta_get_eval_skugid()).
  if (hook != "output" && hook != "postrouting") segment.uid.reset();
  // nft_fib_is_loopback() lets what comes in on lo pass at "prerouting" alone, in all kernels.
  if (hook != "prerouting") segment.returns_by_in = false;
  if (of_links) segment.is_host = false;
  // Connection tracking comes at -200 (NF_IP_PRI_CONNTRACK); which of two at one priority is
  // first, the order of their registration decides.
  constexpr int tracking = -200;
  const bool comes_first =
      (hook == "prerouting" || hook == "output") && priority_of(chain) <= tracking;
  if (comes_first || of_links) segment.state.reset();
  return segment;
}

struct BaseChain {
  const Table* table;
  const json* chain;
  // Where it is asked: its hook on the way, and its priority there. Links come before all.
  std::pair<std::ptrdiff_t, int> place;
};

std::vector<BaseChain> chains_on(const SegmentOnWay& way, const Ruleset& ruleset) {
  std::vector<BaseChain> all;
  for (const auto& [name, table] : ruleset.tables)
    for (const auto& [chain_name, chain] : table.chains) {
      if (!is_on_way(chain, table, way)) continue;
      const std::string hook = chain["hook"];
      const auto at =
          is_of_links(hook, table) ? -1 : std::ranges::find(way.hooks, hook) - way.hooks.begin();
      all.push_back({&table, &chain, {at, priority_of(chain)}});
    }
  std::ranges::stable_sort(all, {}, &BaseChain::place);
  return all;
}

// Where nothing before may act on the segment, and one chain certainly ends it. Of two at one
// place the order of their registration decides, which is not to be seen.
std::optional<RuleThatEnds> walk_all(const Ruleset& ruleset, const SegmentOnWay& way, OnWay& into) {
  const std::vector<BaseChain> chains = chains_on(way, ruleset);
  SegmentAtHook segment = way.segment;
  into.mark = segment.mark;
  for (auto at = chains.begin(); at != chains.end();) {
    const auto next =
        std::find_if(at, chains.end(), [&](const auto& each) { return each.place != at->place; });
    std::vector<RuleThatEnds> ends;
    if (next - at > 1 && ruleset.marks) into.mark.reset();
    for (; at != next; ++at) {
      SegmentAtHook here = at_hook(segment, *at->chain, *at->table);
      here.mark = into.mark;
      if (ruleset.untracks) here.state.reset();
      if (ruleset.untracks || ruleset.ct_marks || !here.state) here.ct_mark.reset();
      // Only the first packet of a connection is given to chains of NAT: the state is "new".
      const bool is_known = at->place.first >= 0 &&
                            (at->chain->value("type", "filter") != "nat" || here.state.has_value());
      if (auto end = walk(ruleset, *at->table, *at->chain, here, is_known, into))
        ends.push_back(std::move(*end));
    }
    if (into.source_may_change) {
      segment.source_known = segment.source_port_known = false;
      segment.source_ports.reset();
      segment.source_type.reset();
    }
    if (ends.size() == 1 && into.acting.empty()) return ends.front();
    for (RuleThatEnds& each : ends) add_once(std::move(each.text), into.acting);
  }
  return std::nullopt;
}

// What it sends back gets to the sender.
bool refusal_gets_back(const RuleThatEnds& end, const Ruleset& ruleset, const Ways& ways,
                       OnWay& into) {
  if (end.how == RuleThatEnds::How::drops) return true;
  const auto& way = end.how == RuleThatEnds::How::resets ? ways.reset : ways.icmp;
  if (!way) return false;
  const auto stops = walk_all(ruleset, *way, into);
  if (stops) add_once(stops->text, into.acting);
  return into.acting.empty();
}

// Of what goes beside the SYN and its answer.
void walk_beside(const Ruleset& ruleset, const std::vector<SegmentOnWay>& ways,
                 std::vector<std::string>& acting) {
  for (const SegmentOnWay& way : ways) {
    OnWay on_it;
    if (const auto end = walk_all(ruleset, way, on_it)) add_once(end->text, acting);
    for (std::string& each : on_it.acting) add_once(std::move(each), acting);
  }
}

}  // namespace

RulesInTheWay rules_that_may_act(const std::string& as_json, const std::string& with_handles,
                                 const Ways& ways, const IptablesParts& parts) {
  const Ruleset ruleset = read(as_json, with_handles, parts);
  RulesInTheWay found;
  OnWay syn;
  found.ends_syn = walk_all(ruleset, ways.syn, syn);
  if (found.ends_syn && !refusal_gets_back(*found.ends_syn, ruleset, ways, syn)) {
    add_once(std::move(found.ends_syn->text), syn.acting);
    found.ends_syn.reset();
  }
  if (!found.ends_syn) walk_beside(ruleset, ways.discovery, syn.acting);
  walk_beside(ruleset, ways.discovery_of_answer, found.discovery_of_answer);
  walk_beside(ruleset, ways.discovery_by_sender, found.discovery_by_sender);
  walk_beside(ruleset, ways.outer_packets, found.outer_packets);
  found.acting = std::move(syn.acting);
  found.marking = std::move(syn.marking);
  if (!ways.answer) return found;
  SegmentOnWay answer = *ways.answer;
  if (syn.source_may_change) {
    answer.segment.destination_known = answer.segment.destination_port_known = false;
    answer.segment.destination_ports.reset();
    answer.segment.destination_type.reset();
  }
  OnWay on_answer;
  found.ends_answer = walk_all(ruleset, answer, on_answer);
  found.acting_on_answer = std::move(on_answer.acting);
  for (std::string& each : on_answer.marking) add_once(std::move(each), found.marking);
  return found;
}

}  // namespace lab::filter
