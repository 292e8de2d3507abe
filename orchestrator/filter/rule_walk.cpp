// SPDX-License-Identifier: MIT
#include "filter/rule_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "filter/statement.hpp"
#include "record/icmp.hpp"

namespace lab::filter {
namespace {

using nlohmann::json;

// The kernel allows 16 (NFT_JUMP_STACK_SIZE).
constexpr int most_jumps = 16;

bool is_one(const std::string& key, std::initializer_list<std::string_view> of) {
  return std::ranges::find(of, std::string_view(key)) != of.end();
}
bool is_verdict(const std::string& key) {
  return is_one(key, {"accept", "drop", "continue", "return", "jump", "goto", "reject", "queue",
                      "dnat", "snat", "masquerade", "redirect", "tproxy", "synproxy", "fwd"});
}
bool is_harmless(const std::string& key) {
  return is_one(key, {"counter", "log", "comment", "notrack", "ct helper", "ct timeout",
                      "ct expectation", "flow", "dup", "last", "secmark"});
}
bool may_only_fail(const std::string& key) {
  return is_one(key, {"limit", "quota", "ct count", "set", "meter", "map"});
}

class Walk {
 public:
  Walk(const Ruleset& ruleset, const Table& table, const SegmentAtHook& segment, bool certainly,
       OnWay& found)
      : ruleset_(ruleset), table_(table), segment_(segment), certain_(certainly), found_(found) {}

  std::optional<RuleThatEnds> base_chain(const json& chain) {
    const std::string name = chain.at("name");
    hook_ = chain.at("hook");
    base_ = fmt::format("{} {} {}", table_.family, table_.name, name);
    if (run(name, 0) && chain.value("policy", "accept") == "drop")
      end({.hook = hook_,
           .chain = base_,
           .text = fmt::format("the policy (drop) of chain {}", base_)});
    found_.mark = segment_.mark;
    return end_;
  }

 private:
  std::string in_words(const json& rule) const {
    const std::uint64_t handle = rule.value("handle", std::uint64_t{0});
    std::string text = "?";
    if (const auto table = ruleset_.texts.find(table_.family + " " + table_.name);
        table != ruleset_.texts.end())
      if (const auto found = table->second.find(handle); found != table->second.end())
        text = found->second;
    return fmt::format("rule '{}' (handle {}) of chain {}", text, handle, chain_of(rule));
  }
  std::string chain_of(const json& rule) const {
    return fmt::format("{} {} {}", table_.family, table_.name, rule.value("chain", "?"));
  }

  // It may act here: whether the segment comes any further is not certain.
  void suspect(const json& rule) {
    add_once(in_words(rule), found_.acting);
    certain_ = false;
  }
  // Something new, which may also mark it.
  void suspect_all(const json& rule) {
    suspect(rule);
    segment_.mark.reset();
  }
  // It ends the segment if that gets here.
  void end(RuleThatEnds here) {
    if (certain_)
      end_ = std::move(here);
    else
      add_once(std::move(here.text), found_.acting);
  }

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
      const auto member = each.begin();
      const std::string& key = member.key();
      const json& value = member.value();
      if (key == "match") {
        match = both(match, matches(value, segment_, table_.sets));
      } else if (key == "vmap") {
        look_up(value, rule, depth, match, goes_on, returns);
      } else if (is_verdict(key)) {
        verdict(key, value, rule, depth, match, goes_on, returns);
      } else if (key == "xt") {
        by_iptables(value, rule, match, goes_on);
      } else if (key == "mangle") {
        mangle(value, rule, match);
      } else if (!is_harmless(key)) {
        match = both(match, Match::maybe);  // a limit, a quota, something new
        if (!may_only_fail(key)) suspect_all(rule);
      }
      if (match == Match::no || !goes_on || returns) return goes_on;
    }
    return goes_on;
  }

  // Marks and what connection tracking remembers are not part of the segment itself.
  void mangle(const json& value, const json& rule, Match match) {
    if (is_key_of(value, "meta", "mark")) {
      add_once(in_words(rule), found_.marking);
      set_mark(mark_in(value.value("value", json())), match);
    }
    const json key = value.is_object() ? value.value("key", json::object()) : json::object();
    constexpr std::array<const char*, 4> beside{"mark", "nftrace", "priority", "secmark"};
    const bool is_beside = std::ranges::any_of(
        beside, [&](const char* each) { return is_key_of(value, "meta", each); });
    if (!is_beside && !key.contains("ct")) suspect(rule);
  }

  // Where it is not certain that the segment gets here, it is that only if it has it already.
  void set_mark(std::optional<std::uint32_t> mark, Match match) {
    if (mark == segment_.mark) return;
    segment_.mark = certain_ && match == Match::yes ? mark : std::nullopt;
  }

  // 7; {"|": [{"meta": {"key": "mark"}}, 7]}
  std::optional<std::uint32_t> mark_in(const json& value) const {
    if (value.is_number_unsigned()) return value.get<std::uint32_t>();
    if (!value.is_object() || value.size() != 1) return std::nullopt;
    if (is_key_of({{"key", value}}, "meta", "mark")) return segment_.mark;
    if (is_key_of({{"key", value}}, "ct", "mark")) return segment_.ct_mark;
    const auto member = value.begin();
    const std::string& key = member.key();
    const json& sides = member.value();
    if (!is_one(key, {"&", "|", "^"}) || !sides.is_array() || sides.size() != 2)
      return std::nullopt;
    const auto left = mark_in(sides[0]), right = mark_in(sides[1]);
    if (!left || !right) return std::nullopt;
    return key == "&" ? *left & *right : key == "|" ? *left | *right : *left ^ *right;
  }

  void verdict(const std::string& key, const json& value, const json& rule, int depth, Match match,
               bool& goes_on, bool& returns) {
    const bool certain = match == Match::yes;
    if (key == "continue") return;
    // It may end this chain, or the walk: what comes then may not be reached.
    if (!certain) certain_ = false;
    if (key == "return") {
      returns = certain;
      return;
    }
    if (key == "jump" || key == "goto") {
      const std::string target = value.value("target", "");
      if (depth >= most_jumps) {
        suspect_all(rule);
        return;
      }
      const bool there = run(target, depth + 1);
      if (!certain) return;
      if (!there) goes_on = false;
      if (key == "goto") returns = there;
      return;
    }
    if (key == "drop") {
      end({.hook = hook_, .chain = chain_of(rule), .text = in_words(rule)});
    } else if (key == "reject") {
      rejected(value, rule);
    } else if (is_one(key, {"snat", "masquerade"})) {
      change_source(value, rule);
    } else if (key != "accept") {
      suspect_all(rule);
    }
    if (certain) goes_on = false;
  }

  // At `input` TCP sees the new source, to which the answer must have a route. A port that the rule
  // names may be taken: then the segment is dropped (nf_nat_l4proto_unique_tuple()).
  void change_source(const json& value, const json& rule) {
    found_.source_may_change = true;
    const bool names_port = value.is_object() && value.contains("port");
    if (segment_.source_decides || hook_ == "input" || names_port) suspect(rule);
  }

  void rejected(const json& value, const json& rule) {
    const auto how = rejection_of(value, segment_.destination.address.family());
    if (!how) return suspect(rule);
    end({.how = how->resets ? RuleThatEnds::How::resets : RuleThatEnds::How::refuses,
         .error = how->resets ? ECONNREFUSED
                              : icmp_errno(how->icmp, segment_.destination.address.family()),
         .hook = hook_,
         .chain = chain_of(rule),
         .text = in_words(rule)});
  }

  // Of an anonymous map, or of a named one. Null: they are not known.
  const json* pairs_of(const json& data) const {
    if (data.is_object() && data.contains("set")) return &data["set"];
    if (!data.is_string() || !data.get<std::string>().starts_with('@')) return nullptr;
    const auto named = table_.maps.find(data.get<std::string>().substr(1));
    return named == table_.maps.end() ? nullptr : &named->second;
  }

  // Each of the verdicts that the key may have; without any, the rule fails.
  void look_up(const json& map, const json& rule, int depth, Match& match, bool& goes_on,
               bool& returns) {
    const json data = map.value("data", json());
    const json* pairs = pairs_of(data);
    if (!pairs || !map.contains("key")) {
      match = both(match, Match::maybe);
      suspect_all(rule);  // a map that packets change: its verdicts are not known
      return;
    }
    bool any = false;
    for (const json& pair : *pairs) {
      if (!pair.is_array() || pair.size() != 2 || !pair[1].is_object() || pair[1].size() != 1) {
        suspect_all(rule);
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
    if (type == "match" && name == "comment") return;  // always true
    if (type == "target") {
      if (is_one(name, {"MARK", "CONNMARK"})) add_once(in_words(rule), found_.marking);
      if (may_set_mark({{"xt", xt}})) segment_.mark.reset();
      if (is_one(name, {"LOG", "NFLOG", "MARK", "CONNMARK", "TCPMSS", "CHECKSUM", "TRACE", "AUDIT",
                        "CT", "NOTRACK", "CONNSECMARK", "SECMARK"}))
        return;
      // Whether it names a port is not known.
      if (is_one(name, {"MASQUERADE", "SNAT"})) found_.source_may_change = true;
      suspect(rule);
      if (match == Match::yes)
        goes_on = false;
      else
        certain_ = false;
      return;
    }
    match = both(match, Match::maybe);
    if (type == "match") return;
    suspect_all(rule);  // what it is, this version of nft does not tell
    add_once(in_words(rule), found_.marking);
  }

  const Ruleset& ruleset_;
  const Table& table_;
  SegmentAtHook segment_;  // as it has been marked until here
  bool certain_;           // what comes next is certainly reached
  OnWay& found_;
  std::string hook_, base_;
  std::optional<RuleThatEnds> end_;
};

}  // namespace

void add_once(std::string text, std::vector<std::string>& into) {
  if (std::ranges::find(into, text) == into.end()) into.push_back(std::move(text));
}

std::optional<RuleThatEnds> walk(const Ruleset& ruleset, const Table& table, const json& base_chain,
                                 const SegmentAtHook& segment, bool certainly, OnWay& into) {
  return Walk(ruleset, table, segment, certainly, into).base_chain(base_chain);
}

}  // namespace lab::filter
