// SPDX-License-Identifier: MIT
#include "filter/ruleset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "filter/rule_trace.hpp"

namespace lab::filter {
namespace {

using nlohmann::json;

// The kernel allows 16 (NFT_JUMP_STACK_SIZE).
constexpr int most_jumps = 16;

struct Table {
  std::string family, name;
  std::map<std::string, json> chains;              // by name
  std::map<std::string, std::vector<json>> rules;  // by chain
  NamedSets sets;
};

struct Ruleset {
  std::map<std::string, Table> tables;  // by "family name"
  std::map<std::string, std::map<std::uint64_t, std::string>> texts;
  bool untracks = false;  // a rule changes whether or where packets are tracked
};

// {"key": {"meta": {"key": "mark"}}, …}
bool is_key_of(const json& mangle, const char* kind, const char* key) {
  const json left = mangle.is_object() ? mangle.value("key", json::object()) : json::object();
  return left.is_object() && left.contains(kind) && left[kind].is_object() &&
         left[kind].value("key", "") == key;
}

// Packets or time change what is in it.
bool is_changing(const json& set) {
  for (const json& flag : set.value("flags", json::array()))
    if (flag == "dynamic" || flag == "timeout") return true;
  return set.contains("timeout");
}

// Takes packets out of connection tracking, or into another zone of it.
bool changes_tracking(const json& statement) {
  if (statement.contains("notrack")) return true;
  if (statement.contains("mangle")) return is_key_of(statement["mangle"], "ct", "zone");
  if (!statement.contains("xt") || !statement["xt"].is_object()) return false;
  const std::string name = statement["xt"].value("name", "");
  return name == "CT" || name == "NOTRACK";
}

Ruleset read(const std::string& as_json, const std::string& with_handles) {
  Ruleset ruleset;
  ruleset.texts = rule_texts(with_handles);
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
      const json& rule = object["rule"];
      table_of(rule).rules[rule.at("chain")].push_back(rule);
      for (const json& each : rule.value("expr", json::array()))
        ruleset.untracks |= changes_tracking(each);
    } else if (object.contains("set") && !is_changing(object["set"])) {
      const json& set = object["set"];
      table_of(set).sets[set.at("name")] = set.value("elem", json::array());
    }
  }
  return ruleset;
}

class Walk {
 public:
  Walk(const Ruleset& ruleset, const Table& table, SegmentAtHook segment, RulesInTheWay& found)
      : ruleset_(ruleset), table_(table), segment_(std::move(segment)), found_(found) {}

  void base_chain(const json& chain) {
    const std::string name = chain.at("name");
    if (run(name, 0) && chain.value("policy", "accept") == "drop")
      add(fmt::format("the policy (drop) of chain {} {} {}", table_.family, table_.name, name),
          found_.acting);
  }

 private:
  static void add(std::string text, std::vector<std::string>& into) {
    if (std::ranges::find(into, text) == into.end()) into.push_back(std::move(text));
  }

  std::string in_words(const json& rule) const {
    const std::uint64_t handle = rule.value("handle", std::uint64_t{0});
    std::string text = "?";
    if (const auto table = ruleset_.texts.find(table_.family + " " + table_.name);
        table != ruleset_.texts.end())
      if (const auto found = table->second.find(handle); found != table->second.end())
        text = found->second;
    return fmt::format("rule '{}' (handle {}) of chain {} {} {}", text, handle, table_.family,
                       table_.name, rule.value("chain", "?"));
  }
  void suspect(const json& rule) { add(in_words(rule), found_.acting); }

  // Whether what comes behind the chain is reached: the rule after the jump, or the policy.
  bool run(const std::string& name, int depth) {
    const auto rules = table_.rules.find(name);
    if (rules == table_.rules.end()) return true;
    for (const json& rule : rules->second) {
      bool returns = false;
      const bool goes_on = apply(rule, depth, returns);
      if (returns) return true;
      if (!goes_on) return false;
    }
    return true;
  }

  // Whether the next rule is reached. `returns`: the chain certainly ends here, and the one that
  // jumped to it goes on.
  bool apply(const json& rule, int depth, bool& returns) {
    Match match = Match::yes;
    bool goes_on = true;
    for (const json& each : rule.value("expr", json::array())) {
      if (!each.is_object() || each.size() != 1) {
        match = both(match, Match::maybe);
        continue;
      }
      const std::string key = each.begin().key();
      const json& value = each.begin().value();
      if (key == "match") {
        match = both(match, matches(value, segment_, table_.sets));
      } else if (key == "vmap") {
        look_up(value, rule, depth, match, goes_on, returns);
      } else if (is_verdict(key)) {
        verdict(key, value, rule, depth, match, goes_on, returns);
      } else if (key == "xt") {
        by_iptables(value, rule, match, goes_on);
      } else if (key == "mangle") {
        mangle(value, rule);
      } else if (!is_harmless(key)) {
        match = both(match, Match::maybe);  // a limit, a quota, something new
        if (!may_only_fail(key)) suspect(rule);
      }
      if (match == Match::no || !goes_on || returns) return goes_on;
    }
    return goes_on;
  }

  static bool is_one(const std::string& key, std::initializer_list<std::string_view> of) {
    return std::ranges::find(of, std::string_view(key)) != of.end();
  }
  static bool is_verdict(const std::string& key) {
    return is_one(key, {"accept", "drop", "continue", "return", "jump", "goto", "reject", "queue",
                        "dnat", "snat", "masquerade", "redirect", "tproxy", "synproxy", "fwd"});
  }
  static bool is_harmless(const std::string& key) {
    return is_one(key, {"counter", "log", "comment", "notrack", "ct helper", "ct timeout",
                        "ct expectation", "flow", "dup", "last", "secmark"});
  }
  static bool may_only_fail(const std::string& key) {
    return is_one(key, {"limit", "quota", "ct count", "set", "meter", "map"});
  }
  // Marks and what connection tracking remembers are not part of the segment itself.
  void mangle(const json& value, const json& rule) {
    if (is_key_of(value, "meta", "mark")) add(in_words(rule), found_.marking);
    const json key = value.is_object() ? value.value("key", json::object()) : json::object();
    constexpr std::array<const char*, 4> beside{"mark", "nftrace", "priority", "secmark"};
    const bool is_beside = std::ranges::any_of(
        beside, [&](const char* each) { return is_key_of(value, "meta", each); });
    if (!is_beside && !key.contains("ct")) suspect(rule);
  }

  void verdict(const std::string& key, const json& value, const json& rule, int depth, Match match,
               bool& goes_on, bool& returns) {
    const bool certain = match == Match::yes;
    if (key == "continue") return;
    if (key == "return") {
      returns = certain;
      return;
    }
    if (key == "jump" || key == "goto") {
      const std::string target = value.value("target", "");
      if (depth >= most_jumps) {
        suspect(rule);
        return;
      }
      const bool there = run(target, depth + 1);
      if (!certain) return;
      if (!there) goes_on = false;
      if (key == "goto") returns = there;
      return;
    }
    if (!is_one(key, {"accept", "snat", "masquerade"})) suspect(rule);
    if (certain) goes_on = false;
  }

  // Each of the verdicts that the key may have; without any, the rule fails.
  void look_up(const json& map, const json& rule, int depth, Match& match, bool& goes_on,
               bool& returns) {
    const json data = map.value("data", json::object());
    if (!data.contains("set") || !map.contains("key")) {
      match = both(match, Match::maybe);
      suspect(rule);  // a named map: its verdicts are not looked at
      return;
    }
    bool any = false;
    for (const json& pair : data["set"]) {
      if (!pair.is_array() || pair.size() != 2 || !pair[1].is_object() || pair[1].size() != 1) {
        suspect(rule);
        continue;
      }
      const Match hit = is_one_of(map["key"], pair[0], segment_, table_.sets);
      if (hit == Match::no) continue;
      any = true;
      verdict(pair[1].begin().key(), pair[1].begin().value(), rule, depth, both(match, hit),
              goes_on, returns);
      if (hit == Match::yes) return;
    }
    match = any ? both(match, Match::maybe) : Match::no;
  }

  // What nft only passes on for iptables-nft.
  void by_iptables(const json& xt, const json& rule, Match& match, bool& goes_on) {
    const std::string type = xt.is_object() ? xt.value("type", "") : "";
    const std::string name = xt.is_object() ? xt.value("name", "") : "";
    if (type == "target") {
      if (is_one(name, {"MARK", "CONNMARK"})) add(in_words(rule), found_.marking);
      if (is_one(name, {"LOG", "NFLOG", "MARK", "CONNMARK", "TCPMSS", "CHECKSUM", "TRACE", "AUDIT",
                        "CT", "NOTRACK", "CONNSECMARK", "SECMARK"}))
        return;
      if (!is_one(name, {"MASQUERADE", "SNAT"})) suspect(rule);
      if (match == Match::yes) goes_on = false;
      return;
    }
    match = both(match, Match::maybe);
    if (type == "match") return;
    suspect(rule);  // what it is, this version of nft does not tell
    add(in_words(rule), found_.marking);
  }

  const Ruleset& ruleset_;
  const Table& table_;
  SegmentAtHook segment_;
  RulesInTheWay& found_;
};

// Whether the base chain sees the segment at all.
bool is_on_way(const json& chain, const Table& table, const SegmentOnWay& way) {
  if (!chain.contains("hook")) return false;
  const std::string hook = chain["hook"], type = chain.value("type", "filter");
  const bool inet = way.segment.destination.address.family() == Family::inet;
  if (table.family == "arp" || (table.family == "ip" && !inet) || (table.family == "ip6" && inet))
    return false;
  if (type == "nat" && !way.first) return false;
  // Of links and bridges, which may be other ones: all that it could be.
  if (table.family == "netdev" || table.family == "bridge" || hook == "ingress" || hook == "egress")
    return true;
  return std::ranges::find(way.hooks, hook) != way.hooks.end();
}

// What the segment has at that chain's hook.
SegmentAtHook at_hook(const SegmentAtHook& on_way, const json& chain, const Table& table) {
  SegmentAtHook segment = on_way;
  const std::string hook = chain["hook"];
  const bool of_links =
      table.family == "netdev" || table.family == "bridge" || hook == "ingress" || hook == "egress";
  // nf_hook_state: no interface to come in on at "output", none to leave by at "input". What
  // "postrouting" has for the first differs between kernels (ip_output()).
  if (hook == "output") segment.in = "";
  if (hook == "input" || hook == "prerouting") segment.out = "";
  if (hook == "postrouting" || of_links) segment.in.reset();
  if (of_links) segment.out.reset();
  // Connection tracking comes at -200 (NF_IP_PRI_CONNTRACK); which of two at one priority is
  // first, the order of their registration decides.
  constexpr int tracking = -200;
  const bool comes_first = (hook == "prerouting" || hook == "output") &&
                           (!chain.contains("prio") || !chain["prio"].is_number_integer() ||
                            chain["prio"].get<int>() <= tracking);
  if (comes_first || of_links) segment.state.reset();
  return segment;
}

}  // namespace

RulesInTheWay rules_that_may_act(const std::string& as_json, const std::string& with_handles,
                                 const std::vector<SegmentOnWay>& ways) {
  const Ruleset ruleset = read(as_json, with_handles);
  RulesInTheWay found;
  for (const SegmentOnWay& way : ways)
    for (const auto& [name, table] : ruleset.tables)
      for (const auto& [chain_name, chain] : table.chains) {
        if (!is_on_way(chain, table, way)) continue;
        SegmentAtHook segment = at_hook(way.segment, chain, table);
        if (ruleset.untracks) segment.state.reset();
        Walk(ruleset, table, std::move(segment), found).base_chain(chain);
      }
  return found;
}

}  // namespace lab::filter
