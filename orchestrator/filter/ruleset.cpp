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
  bool untracks = false;  // a rule takes packets out of connection tracking
};

// Packets or time change what is in it.
bool is_changing(const json& set) {
  for (const json& flag : set.value("flags", json::array()))
    if (flag == "dynamic" || flag == "timeout") return true;
  return set.contains("timeout");
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
        ruleset.untracks |=
            each.contains("notrack") ||
            (each.contains("xt") && each["xt"].is_object() &&
             (each["xt"].value("name", "") == "CT" || each["xt"].value("name", "") == "NOTRACK"));
    } else if (object.contains("set") && !is_changing(object["set"])) {
      const json& set = object["set"];
      table_of(set).sets[set.at("name")] = set.value("elem", json::array());
    }
  }
  return ruleset;
}

// How a chain may end for a segment.
struct End {
  bool goes_on = true;   // the rule after the jump, or the policy, is next
  bool accepts = false;  // the base chain ends here
};

class Walk {
 public:
  Walk(const Ruleset& ruleset, const Table& table, SegmentAtHook segment,
       std::vector<std::string>& suspects)
      : ruleset_(ruleset), table_(table), segment_(std::move(segment)), suspects_(suspects) {}

  void base_chain(const json& chain) {
    const std::string name = chain.at("name");
    const End end = run(name, 0);
    if (end.goes_on && chain.value("policy", "accept") == "drop")
      suspect(fmt::format("the policy (drop) of chain {} {} {}", table_.family, table_.name, name));
  }

 private:
  void suspect(std::string text) {
    if (std::ranges::find(suspects_, text) == suspects_.end()) suspects_.push_back(std::move(text));
  }

  void suspect(const json& rule) {
    const std::uint64_t handle = rule.value("handle", std::uint64_t{0});
    std::string text = "?";
    if (const auto table = ruleset_.texts.find(table_.family + " " + table_.name);
        table != ruleset_.texts.end())
      if (const auto found = table->second.find(handle); found != table->second.end())
        text = found->second;
    suspect(fmt::format("rule '{}' (handle {}) of chain {} {} {}", text, handle, table_.family,
                        table_.name, rule.value("chain", "?")));
  }

  End run(const std::string& name, int depth) {
    End all;
    const auto rules = table_.rules.find(name);
    if (rules == table_.rules.end()) return all;
    for (const json& rule : rules->second) {
      bool returns = false;
      const End end = apply(rule, depth, returns);
      all.accepts |= end.accepts;
      if (returns) return all;
      if (!end.goes_on) {
        all.goes_on = false;
        return all;
      }
    }
    return all;
  }

  // `returns`: the chain certainly ends here, and the one that jumped to it goes on.
  End apply(const json& rule, int depth, bool& returns) {
    Match match = Match::yes;
    End end;
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
        look_up(value, rule, depth, match, end, returns);
      } else if (is_verdict(key)) {
        verdict(key, value, rule, depth, match, end, returns);
      } else if (key == "xt") {
        by_iptables(value, rule, match, end);
      } else if (key == "mangle") {
        if (changes_the_segment(value)) suspect(rule);
      } else if (!is_harmless(key)) {
        match = both(match, Match::maybe);  // a limit, a quota, something new
        if (!may_only_fail(key)) suspect(rule);
      }
      if (match == Match::no || !end.goes_on || returns) return end;
    }
    return end;
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
  // Marks are not part of it; policy rules that look at them are reported for themselves.
  static bool changes_the_segment(const json& mangle) {
    const json key = mangle.value("key", json::object());
    return !key.contains("meta") && !key.contains("ct");
  }

  void verdict(const std::string& key, const json& value, const json& rule, int depth, Match match,
               End& end, bool& returns) {
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
      const End there = run(target, depth + 1);
      end.accepts |= there.accepts;
      if (!certain) return;
      if (!there.goes_on) end.goes_on = false;
      if (key == "goto") returns = there.goes_on;
      return;
    }
    if (!is_one(key, {"accept", "snat", "masquerade"})) suspect(rule);
    end.accepts = true;
    if (certain) end.goes_on = false;
  }

  // Each of the verdicts that the key may have; without any, the rule fails.
  void look_up(const json& map, const json& rule, int depth, Match& match, End& end,
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
      verdict(pair[1].begin().key(), pair[1].begin().value(), rule, depth, both(match, hit), end,
              returns);
      if (hit == Match::yes) return;
    }
    match = any ? both(match, Match::maybe) : Match::no;
  }

  // What nft only passes on for iptables-nft.
  void by_iptables(const json& xt, const json& rule, Match& match, End& end) {
    const std::string type = xt.is_object() ? xt.value("type", "") : "";
    const std::string name = xt.is_object() ? xt.value("name", "") : "";
    if (type == "target") {
      if (is_one(name, {"LOG", "NFLOG", "MARK", "CONNMARK", "TCPMSS", "CHECKSUM", "TRACE", "AUDIT",
                        "CT", "NOTRACK", "CONNSECMARK", "SECMARK"}))
        return;
      if (!is_one(name, {"MASQUERADE", "SNAT"})) suspect(rule);
      end.accepts = true;
      if (match == Match::yes) end.goes_on = false;
      return;
    }
    match = both(match, Match::maybe);
    if (type != "match") suspect(rule);
  }

  const Ruleset& ruleset_;
  const Table& table_;
  SegmentAtHook segment_;
  std::vector<std::string>& suspects_;
};

// Whether the base chain sees the segment at all.
bool is_on_way(const json& chain, const Table& table, const SegmentOnWay& way) {
  if (!chain.contains("hook")) return false;
  const std::string hook = chain["hook"], type = chain.value("type", "filter");
  const bool inet = way.segment.source.address.family() == Family::inet;
  if (table.family == "arp" || (table.family == "ip" && !inet) || (table.family == "ip6" && inet))
    return false;
  if (type == "nat" && !way.first) return false;
  // Of links and bridges, which may be other ones: all that it could be.
  if (table.family == "netdev" || table.family == "bridge" || hook == "ingress" || hook == "egress")
    return true;
  return std::ranges::find(way.hooks, hook) != way.hooks.end();
}

}  // namespace

std::vector<std::string> rules_that_may_act(const std::string& as_json,
                                            const std::string& with_handles,
                                            const std::vector<SegmentOnWay>& ways) {
  const Ruleset ruleset = read(as_json, with_handles);
  std::vector<std::string> suspects;
  for (const SegmentOnWay& way : ways)
    for (const auto& [name, table] : ruleset.tables)
      for (const auto& [chain_name, chain] : table.chains) {
        if (!is_on_way(chain, table, way)) continue;
        SegmentAtHook segment = way.segment;
        const std::string hook = chain["hook"];
        // nf_hook_state: no interface to come in on at "output", none to leave by at "input".
        if (hook == "output") segment.in = "";
        if (hook == "input" || hook == "prerouting") segment.out = "";
        if (table.family == "netdev" || table.family == "bridge") {
          segment.in.reset();
          segment.out.reset();
        }
        if (ruleset.untracks) segment.state.reset();
        Walk(ruleset, table, std::move(segment), suspects).base_chain(chain);
      }
  return suspects;
}

}  // namespace lab::filter
