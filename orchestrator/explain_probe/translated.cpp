// SPDX-License-Identifier: MIT
#include "explain_probe/translated.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "explain_probe/by_icmp.hpp"
#include "explain_probe/by_router.hpp"
#include "explain_probe/by_rule.hpp"
#include "explain_probe/probe_words.hpp"

namespace lab::explain {
namespace {

const Endpoint& redirected_to(const Probe& probe) {
  return probe.translations.back().new_destination;
}

// "the rule … sends it to 10.0.0.9:80 in network namespace web"
std::string sent_where(const Probe& probe) {
  const auto by = std::ranges::find_if(probe.translations, &Translation::changes_destination);
  const std::string rule = by->by == "conntrack" ? rule_that_redirects(probe) : "";
  const std::string who =
      rule.empty() ? fmt::format("{} in {}", by->by == "conntrack" ? "NAT" : by->by, by->name)
                   : rule;
  const std::string place = probe.arrives_name.empty() || probe.arrives_name == by->name
                                ? ""
                                : fmt::format(" in {}", probe.arrives_name);
  return fmt::format("{} sends it to {}{}", who, redirected_to(probe).str(), place);
}

// Rules and NAT were seen at work: what may be there does not decide any more.
bool is_settled(const Unseen& unseen, const Probe& probe) {
  return unseen.id == "netfilter" && rules_passed(probe);
}

Conclusion at_unknown(const Probe& probe, const Exchange& exchange, Answer answer) {
  if (answer == Answer::icmp) {
    Conclusion refused = by_icmp(probe, exchange);
    refused.summary = fmt::format("{}; {}", sent_where(probe), refused.summary);
    return refused;
  }
  const char* cause = is_success(answer)      ? "answered-elsewhere"
                      : answer == Answer::rst ? "refused-elsewhere"
                                              : "silent-elsewhere";
  return {
      cause,
      answer,
      fmt::format("{}; {}", outcome_in_words(probe), sent_where(probe)),
      is_success(answer) ? "" : "ask there: orchestrator explain on the host that has the address",
      {},
      probe.error == EINPROGRESS ? 0 : probe.error};
}

}  // namespace

Probed judge_redirected(const Probe& probe, const Exchange& exchange, Answer answer,
                        const Diagnosis& predicted, const Diagnosis* there) {
  Probed probed;
  probed.as_predicted = is_same(answer, predicted.conclusion.answer);
  if (auto at_router = lost_at_router(probe, exchange, answer)) {
    probed.conclusion = std::move(*at_router);
    probed.conclusion.summary += "; " + sent_where(probe);
    return probed;
  }
  if (!there) {
    probed.conclusion = at_unknown(probe, exchange, answer);
    return probed;
  }
  if (is_same(answer, there->conclusion.answer)) {
    probed.conclusion = there->conclusion;
    probed.conclusion.summary =
        fmt::format("{}; there, {}", sent_where(probe), probed.conclusion.summary);
    for (const Unseen& each : there->not_observed)
      if (each.decides && !is_settled(each, probe)) probed.not_observed.push_back(each);
    return probed;
  }
  probed.conclusion = silent_behind_router(probe, at_unknown(probe, exchange, answer));
  if (answer == Answer::nothing && probe.loses_answer) return probed;
  probed.not_observed.push_back(
      {"where",
       fmt::format("why it met something else there than was found ({}): {}",
                   there->conclusion.cause, there->conclusion.summary),
       true});
  return probed;
}

}  // namespace lab::explain
