// SPDX-License-Identifier: MIT
#include "explain_probe/by_rule.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "explain/words.hpp"
#include "explain_probe/probe_words.hpp"
#include "util/text.hpp"

namespace lab::explain {
namespace {

// The last rule that does this, in words; empty: there is none.
std::string last_that(TracedRule::Action action, const Probe& probe) {
  const auto found = std::find_if(
      probe.rules.rbegin(), probe.rules.rend(),
      [&](const TracedRule& rule) { return !rule.own && !rule.drops() && rule.action == action; });
  return found == probe.rules.rend() ? "" : in_words(*found, probe);
}

std::vector<std::string> list_chain(const TracedRule& rule, const Probe& probe) {
  Question place;
  place.netns = probe.places[rule.place].netns;
  return {command_in(place, fmt::format("nft -a list chain {} {} {}", rule.family,
                                        shell_word(rule.table), shell_word(rule.chain)))};
}

// IPVS takes what it sends on out of the hook, too.
std::optional<LostInHook> lost(const Probe& probe) {
  if (std::ranges::any_of(probe.translations,
                          [](const Translation& each) { return each.by == "IPVS"; }))
    return std::nullopt;
  return lost_in_hook(probe.rules);
}

int error_of(const Probe& probe) { return probe.error == EINPROGRESS ? 0 : probe.error; }

// A rule with synproxy takes every segment of the client's, and sends its own on to the server:
// that it took one does not tell that this one got lost.
bool answers(const LostInHook& in_hook) {
  return in_hook.taken_by && in_hook.taken_by->action == TracedRule::Action::answers;
}

// "drops SYN 10.0.0.1:40000 > 10.0.0.2:80"
std::string what_it_does(const TracedRule& rule) {
  if (rule.queues())
    return fmt::format("hands {} to a program in user space (NFQUEUE), which has not passed it on",
                       rule.what());
  if (rule.steals()) return fmt::format("takes {}, which goes no further here", rule.what());
  const bool rejects = rule.action == TracedRule::Action::rejects;
  return fmt::format("{} {}", rejects ? "rejects" : "drops", rule.what());
}

bool is_rejection(const TracedRule& rule) {
  return rule.drops() && rule.action == TracedRule::Action::rejects;
}
// Of a segment that may be what a rejecting rule sends back.
bool drops_answer(const TracedRule& rule) {
  return rule.drops() && (!rule.segment || rule.segment->flags.rst);
}

Conclusion ended_by(const TracedRule& rule, const Probe& probe, Answer answer) {
  return {
      "firewall",
      answer,
      fmt::format("{}: {} {}", outcome_in_words(probe), in_words(rule, probe), what_it_does(rule)),
      "accept the segment before that, or change the rule; the chain",
      list_chain(rule, probe),
      error_of(probe)};
}

// A rule rejects, and yet the sender waits: what was sent back has got lost, perhaps by another
// rule.
std::optional<Conclusion> rejected_in_vain(const Probe& probe, Answer answer) {
  const auto& rules = probe.rules;
  const auto rejects = std::find_if(rules.rbegin(), rules.rend(), is_rejection);
  if (answer != Answer::nothing || rejects == rules.rend()) return std::nullopt;
  Conclusion conclusion = ended_by(*rejects, probe, answer);
  conclusion.summary += ", and what it sends back does not reach the socket";
  const auto drops = std::find_if(rules.rbegin(), rules.rend(), drops_answer);
  if (drops == rules.rend()) return conclusion;
  conclusion.summary += fmt::format(": {} {}", in_words(*drops, probe), what_it_does(*drops));
  for (std::string& command : list_chain(*drops, probe))
    conclusion.commands.push_back(std::move(command));
  return conclusion;
}

bool is_any_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// iptable_filter.c, iptable_nat.c, iptable_mangle.c, iptable_raw.c, iptable_security.c
bool legacy_table_is_at(std::string_view table, std::string_view hook) {
  if (table == "filter" || table == "security")
    return is_any_of(hook, {"input", "forward", "output"});
  if (table == "nat") return is_any_of(hook, {"prerouting", "input", "output", "postrouting"});
  if (table == "raw") return is_any_of(hook, {"prerouting", "output"});
  return true;  // mangle
}

// A packet of that family meets it at that hook of IP. For a kind without a hook of its own: where
// its kernel module registers.
bool is_at(const NetfilterHook& each, std::string_view hook, Family packet) {
  using Kind = NetfilterHook::Kind;
  const bool same_family =
      each.family == "inet" || each.family == (packet == Family::inet ? "ip" : "ip6");
  switch (each.kind) {
    case Kind::chain:
      return same_family && each.hook == hook;
    case Kind::legacy:
      return same_family && legacy_table_is_at(each.table, hook);
    // nf_conntrack_in() refuses a packet there where its table is full. It confirms an entry behind
    // the last chain of the other hooks (NF_IP_PRI_CONNTRACK_CONFIRM).
    case Kind::tracking:
      return is_any_of(hook, {"prerouting", "output"});
    case Kind::ipvs:  // ip_vs_ops4[], ip_vs_ops6[]
      return is_any_of(hook, {"input", "forward", "output"});
    case Kind::bpf_program:
      return true;
  }
  return true;
}

// What may take a packet at that hook besides nftables' rules.
struct AtHook {
  std::vector<std::string> legacy, others;
};
AtHook at_hook(const LostInHook& in_hook, const Probe& probe) {
  const TracedPlace& place = probe.places[in_hook.place];
  const Family family = probe.destination.address.family();
  const bool of_ip = in_hook.family == "ip" || in_hook.family == "ip6";
  AtHook found;
  for (const NetfilterHook& each : place.hooks)
    if (each.kind == NetfilterHook::Kind::legacy && of_ip && is_at(each, in_hook.hook, family))
      found.legacy.push_back(each.text);
  for (const NetfilterHook& each : place.others)
    if (!of_ip || is_at(each, in_hook.hook, family)) found.others.push_back(each.text);
  return found;
}

std::string who_took_it(const AtHook& at) {
  const std::string others = fmt::format("{}", fmt::join(at.others, ", "));
  if (!at.legacy.empty())
    return fmt::format("a rule of {}{}{} did", fmt::join(at.legacy, ", "),
                       others.empty() ? "" : " or ", others);
  return others.empty() ? "what did is not known" : others + " may have";
}

// nf_route_table_hook4(), nf_route_table_hook6() look for a route anew where a rule has changed the
// mark, and drop the packet where there is none. Empty: no rule has.
std::string route_of_mark(const LostInHook& in_hook, const Probe& probe) {
  if (in_hook.hook != "output") return "";
  const auto marks = std::ranges::find_if(probe.rules, [&](const TracedRule& rule) {
    return !rule.own && rule.place == in_hook.place &&
           rule.text.find("mark set ") != std::string::npos;
  });
  if (marks == probe.rules.end()) return "";
  return fmt::format("{} has set its mark, and the route that is looked for then may refuse it",
                     in_words(*marks, probe));
}

Conclusion lost_at(const LostInHook& in_hook, const Probe& probe, Answer answer) {
  const TracedPlace& place = probe.places[in_hook.place];
  const AtHook at = at_hook(in_hook, probe);
  const std::string by_mark = route_of_mark(in_hook, probe);
  const bool six = probe.destination.address.family() == Family::inet6;
  Question question;
  question.netns = place.netns;
  Conclusion conclusion{
      "firewall",
      answer,
      fmt::format(
          "{}: {} came into the hook {} of {} and did not come out, and no rule of nftables "
          "dropped it: {}",
          outcome_in_words(probe), in_hook.what, in_hook.hook, place.name,
          by_mark.empty() ? who_took_it(at) : by_mark),
      !by_mark.empty()    ? "look at the policy rules for that mark (ip rule) and at their routes"
      : at.legacy.empty() ? "see what else is at that hook"
                          : "look for the rule",
      {},
      error_of(probe)};
  if (!at.legacy.empty())
    conclusion.commands = {
        command_in(question, six ? "ip6tables-legacy-save -c" : "iptables-legacy-save -c")};
  return conclusion;
}

// The trace of that namespace is complete, and has a segment of the probe, if there are rules.
bool was_seen_at(const Probe& probe, std::size_t number) {
  const TracedPlace& place = probe.places[number];
  return place.complete() &&
         (place.hooks.empty() || std::ranges::any_of(probe.rules, [&](const TracedRule& rule) {
            return rule.own && rule.place == number;
          }));
}

}  // namespace

bool rules_passed(const Probe& probe) {
  for (std::size_t number = 0; number < probe.places.size(); ++number)
    if (!was_seen_at(probe, number)) return false;
  return !probe.places.empty() && !last_drop(probe.rules) && !lost(probe);
}

bool nothing_redirects(const Probe& probe) {
  for (std::size_t number = 0; number < probe.places.size(); ++number) {
    const bool has_legacy = std::ranges::any_of(
        probe.places[number].hooks,
        [](const NetfilterHook& each) { return each.kind == NetfilterHook::Kind::legacy; });
    if (has_legacy || !was_seen_at(probe, number)) return false;
  }
  using Action = TracedRule::Action;
  const bool by_rule = std::ranges::any_of(probe.rules, [](const TracedRule& rule) {
    return !rule.own && (rule.action == Action::redirects || rule.action == Action::proxies ||
                         rule.steals() || rule.queues());
  });
  return !probe.places.empty() && !by_rule && probe.translations.empty() &&
         probe.no_conntrack.empty();
}

bool rules_passed_at(const Probe& probe, const std::string& netns) {
  const auto place = std::ranges::find(probe.places, netns, &TracedPlace::netns);
  if (place == probe.places.end() || !place->others.empty()) return false;
  const auto number = static_cast<std::size_t>(place - probe.places.begin());
  const TracedRule* drop = last_drop(probe.rules);
  const auto in_hook = lost(probe);
  return was_seen_at(probe, number) && !(drop && drop->place == number) &&
         !(in_hook && in_hook->place == number);
}

bool rule_is_certain(const Probe& probe) {
  if (const TracedRule* drop = last_drop(probe.rules)) return probe.places[drop->place].complete();
  const auto in_hook = lost(probe);
  if (!in_hook) return true;
  if (!probe.places[in_hook->place].complete()) return false;
  const AtHook at = at_hook(*in_hook, probe);
  if (answers(*in_hook)) return false;
  return in_hook->taken_by || (!at.legacy.empty() && at.others.empty());
}

std::optional<Conclusion> by_rule(const Probe& probe, Answer answer) {
  if (is_success(answer)) return std::nullopt;
  if (const TracedRule* drop = last_drop(probe.rules)) {
    if (auto in_vain = rejected_in_vain(probe, answer)) return in_vain;
    return ended_by(*drop, probe, answer);
  }
  const auto in_hook = lost(probe);
  // The server behind it has refused what synproxy sent.
  if (!in_hook || (probe.error == ECONNRESET && answers(*in_hook))) return std::nullopt;
  return in_hook->taken_by ? ended_by(*in_hook->taken_by, probe, answer)
                           : lost_at(*in_hook, probe, answer);
}

std::optional<Conclusion> by_tproxy(const Probe& probe, Answer answer) {
  const std::string rule = last_that(TracedRule::Action::proxies, probe);
  if (rule.empty() || !is_success(answer)) return std::nullopt;
  return Conclusion{"tproxy", answer,
                    rule + " has given the SYN to a transparent proxy here, and that has answered",
                    ""};
}

std::string rule_that_answers(const Probe& probe) {
  return last_that(TracedRule::Action::answers, probe);
}

std::string rule_that_redirects(const Probe& probe) {
  return last_that(TracedRule::Action::redirects, probe);
}

std::string in_words(const TracedRule& rule, const Probe& probe) {
  const std::string& place = probe.places[rule.place].name;
  if (rule.handle == 0)
    return fmt::format("the policy of chain {} in {}", rule.chain_name(), place);
  return fmt::format("the rule '{}' (handle {}) of chain {} in {}",
                     rule.text.empty() ? "?" : rule.text, rule.handle, rule.chain_name(), place);
}

}  // namespace lab::explain
