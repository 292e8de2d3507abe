// SPDX-License-Identifier: MIT
//
// A rule of the firewall that certainly ends the SYN here, or its answer. That reading the rules
// proves it, filter/ruleset.cpp decides.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "explain/parts.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::explain {
namespace {

using How = RuleThatEnds::How;

// No RST or ICMP error comes where the segment was sent to many, where a policy of IPsec stops it,
// or over lo to a socket that is bound to an interface, as by a scope.
bool is_certain(const RuleThatEnds& rule, const Facts& facts) {
  if (rule.how == How::drops) return true;
  const RouteAnswer& there = facts.arrival.there;
  const bool to_one = !is_multicast(facts.question.destination.address) &&
                      there.type != RouteType::broadcast && there.type != RouteType::multicast;
  const bool is_bound = facts.arrival.local_sender && !facts.question.scope.empty();
  return to_one && !is_bound && facts.filters.ipsec && facts.filters.ipsec->empty();
}

// "the rule 'tcp dport 80 drop' (handle 4) of chain inet filter input"
std::string rule_in_words(const RuleThatEnds& rule) {
  return rule.text.starts_with("the ") ? rule.text : "the " + rule.text;
}

// "inet filter input", as words of a shell.
std::string list_chain(const RuleThatEnds& rule) {
  std::string command = "nft -a list chain";
  for (const std::string_view word : words(rule.chain)) command += " " + shell_word(word);
  return command;
}

constexpr const char* how_to_mend = "accept the segment before that, or change the rule; the chain";

}  // namespace

std::optional<Conclusion> ended_by_rule(const Facts& facts,
                                        std::initializer_list<std::string_view> hooks) {
  const auto& rule = facts.filters.ends_syn;
  if (!rule || std::ranges::find(hooks, rule->hook) == hooks.end() || !is_certain(*rule, facts))
    return std::nullopt;
  Conclusion conclusion{firewall_cause, Answer::nothing,     "",
                        how_to_mend,    {list_chain(*rule)}, rule->error};
  switch (rule->how) {
    case How::drops:
      conclusion.summary = fmt::format("{} drops the SYN", rule_in_words(*rule));
      break;
    case How::resets:
      conclusion.answer = Answer::rst;
      conclusion.summary =
          fmt::format("{} rejects the SYN: its sender gets a RST, and connect() fails with {}",
                      rule_in_words(*rule), errno_name(rule->error));
      break;
    case How::refuses:
      conclusion.answer = Answer::icmp;
      conclusion.summary = fmt::format(
          "{} rejects the SYN: its sender gets an ICMP error, and connect() fails with {}",
          rule_in_words(*rule), errno_name(rule->error));
      break;
  }
  return conclusion;
}

std::optional<Conclusion> answer_ended_by_rule(const Facts& facts, const Conclusion& answered) {
  const auto& rule = facts.filters.ends_answer;
  const Answer answer = answered.answer;
  const bool is_answered = answer == Answer::syn_ack || answer == Answer::rst ||
                           answer == Answer::ack || answer == Answer::icmp;
  if (!rule || !is_answered || answered.cause == firewall_cause) return std::nullopt;
  const char* would_be = answer == Answer::syn_ack ? "a SYN-ACK"
                         : answer == Answer::rst   ? "a RST"
                         : answer == Answer::ack   ? "an ACK"
                                                   : "an ICMP error";
  // Whatever a rule sends back for an answer goes to the one that has answered.
  Conclusion conclusion{firewall_cause,
                        Answer::nothing,
                        fmt::format("{} {} the answer to the SYN, which would be {}",
                                    rule_in_words(*rule),
                                    rule->how == How::drops ? "drops" : "rejects", would_be),
                        how_to_mend,
                        {list_chain(*rule)}};
  conclusion.ends_answer = true;
  return conclusion;
}

}  // namespace lab::explain
