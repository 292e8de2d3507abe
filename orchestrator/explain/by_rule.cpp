// SPDX-License-Identifier: MIT
#include "explain/by_rule.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "explain/probe_words.hpp"
#include "explain/words.hpp"
#include "util/text.hpp"

namespace lab::explain {
namespace {

// As nft writes it, and as it shows iptables' own (xt target "REJECT").
bool has_word(const std::string& text, std::initializer_list<std::string_view> any) {
  return std::ranges::any_of(
      any, [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

// The last rule with one of these words, in words; empty: there is none.
std::string last_with(const Probe& probe, std::initializer_list<std::string_view> any) {
  const auto found =
      std::find_if(probe.rules.rbegin(), probe.rules.rend(), [&](const TracedRule& rule) {
        return !rule.own && !rule.drops() && has_word(rule.text, any);
      });
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

Conclusion dropped_by(const TracedRule& rule, const Probe& probe, Answer answer) {
  const bool rejects = has_word(rule.text, {"reject", "REJECT"});
  return {"firewall",
          answer,
          fmt::format("{}: {} {} {}", outcome_in_words(probe), in_words(rule, probe),
                      rejects ? "rejects" : "drops", rule.what()),
          "accept the segment before that, or change the rule; the chain",
          list_chain(rule, probe),
          error_of(probe)};
}

// What may take a packet at a hook, besides nftables' rules.
std::vector<std::string> others_at_hook(const TracedPlace& place) {
  std::vector<std::string> others;
  for (const std::string& hook : place.hooks)
    if (hook.find("tables-legacy") != std::string::npos) others.push_back(hook);
  return others;
}

Conclusion lost_at(const LostInHook& in_hook, const Probe& probe, Answer answer) {
  const TracedPlace& place = probe.places[in_hook.place];
  const auto others = others_at_hook(place);
  const bool six = probe.destination.address.family() == Family::inet6;
  Question question;
  question.netns = place.netns;
  return {"firewall",
          answer,
          fmt::format("{}: {} came into the hook {} of {} and did not come out, and no rule of "
                      "nftables dropped it: {}",
                      outcome_in_words(probe), in_hook.what, in_hook.hook, place.name,
                      others.empty() ? "connection tracking, IPVS or a BPF program did"
                                     : fmt::format("a rule of {} did", fmt::join(others, ", "))),
          others.empty() ? "see what else is at that hook" : "look for the rule",
          others.empty()
              ? std::vector<std::string>{}
              : std::vector<std::string>{command_in(
                    question, six ? "ip6tables-legacy-save -c" : "iptables-legacy-save -c")},
          error_of(probe)};
}

}  // namespace

bool rules_passed(const Probe& probe) {
  const auto was_seen = [&](std::size_t number) {
    return probe.places[number].hooks.empty() ||
           std::ranges::any_of(probe.rules, [&](const TracedRule& rule) {
             return rule.own && rule.place == number;
           });
  };
  for (std::size_t number = 0; number < probe.places.size(); ++number)
    if (!probe.places[number].complete() || !was_seen(number)) return false;
  return !probe.places.empty() && !last_drop(probe.rules) && !lost(probe);
}

bool hook_is_certain(const Probe& probe) {
  if (last_drop(probe.rules)) return true;
  const auto in_hook = lost(probe);
  return !in_hook || probe.places[in_hook->place].has_legacy();
}

std::optional<Conclusion> by_rule(const Probe& probe, Answer answer) {
  if (is_success(answer)) return std::nullopt;
  if (const TracedRule* drop = last_drop(probe.rules)) return dropped_by(*drop, probe, answer);
  if (const auto in_hook = lost(probe)) return lost_at(*in_hook, probe, answer);
  return std::nullopt;
}

std::optional<Conclusion> by_tproxy(const Probe& probe, Answer answer) {
  const std::string rule = last_with(probe, {"tproxy", "TPROXY"});
  if (rule.empty() || !is_success(answer)) return std::nullopt;
  return Conclusion{"tproxy", answer,
                    rule + " has given the SYN to a transparent proxy here, and that has answered",
                    ""};
}

std::string rule_that_redirects(const Probe& probe) {
  return last_with(probe, {"dnat", "DNAT", "redirect", "REDIRECT"});
}

std::string in_words(const TracedRule& rule, const Probe& probe) {
  const std::string& place = probe.places[rule.place].name;
  if (rule.handle == 0)
    return fmt::format("the policy of chain {} in {}", rule.chain_name(), place);
  return fmt::format("the rule '{}' (handle {}) of chain {} in {}",
                     rule.text.empty() ? "?" : rule.text, rule.handle, rule.chain_name(), place);
}

}  // namespace lab::explain
