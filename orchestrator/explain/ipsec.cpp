// SPDX-License-Identifier: MIT
//
// Policies of IPsec (XFRM). A rule of a firewall is not needed for them to drop a segment, and no
// listing of one shows them.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <functional>

#include "explain/parts.hpp"

namespace lab::explain {
namespace {

using Direction = IpsecPolicy::Direction;
using Effect = IpsecPolicy::Effect;

std::string what_follows(const IpsecPolicy& policy, bool sent_here) {
  if (policy.of_answer)
    return policy.direction == Direction::out
               ? "the answer to this SYN: tcp_conn_request() drops a SYN that it cannot answer, "
                 "and a RST is not sent either"
               : "the answer to this SYN, which its sender does not get";
  if (policy.direction == Direction::in) return "this SYN: TCP drops it, whatever socket it finds";
  return sent_here ? "what leaves for there: connect() fails with EPERM before there is a SYN"
                   : "what is forwarded there: the SYN is dropped";
}

Conclusion blocked(const IpsecPolicy& policy, bool sent_here) {
  const bool not_sent = sent_here && !policy.of_answer && policy.direction == Direction::out;
  return {
      "ipsec-policy",
      not_sent ? Answer::not_sent : Answer::nothing,
      fmt::format("an IPsec policy ({}) blocks {}", policy.text, what_follows(policy, sent_here)),
      "remove the policy if it is not meant; `ip xfrm policy` lists all of them",
      {policy.remove},
      not_sent ? EPERM : 0};
}

Unseen doubt(const IpsecPolicy& policy) {
  const std::string segment = policy.of_answer ? "the answer to the SYN" : "the SYN";
  const std::string why =
      policy.effect == Effect::depends
          ? "it looks at a mark, an interface, or a port that was not given, or another of the "
            "same priority applies"
      : policy.direction == Direction::out ? "it wants it encrypted, which takes a state (`ip "
                                             "xfrm state`) that fits"
                                           : "it drops what does not come in encrypted";
  return {
      "ipsec",
      fmt::format("what an IPsec policy ({}) does to {}: {}; --probe sends a real SYN and finds "
                  "out",
                  policy.text, segment, why),
      true};
}

std::optional<Conclusion> stopped(const Facts& facts, Diagnosis& diagnosis,
                                  const std::function<bool(const IpsecPolicy&)>& is_here) {
  if (!facts.filters.ipsec) return std::nullopt;
  const bool sent_here = is_sent_here(facts);
  for (const IpsecPolicy& policy : *facts.filters.ipsec) {
    if (!is_here(policy)) continue;
    if (policy.effect == Effect::blocks) return blocked(policy, sent_here);
    diagnosis.not_observed.push_back(doubt(policy));
  }
  return std::nullopt;
}

bool is_met_on_the_way_out(const IpsecPolicy& policy) {
  return !policy.of_answer && policy.direction != Direction::in;
}

}  // namespace

std::optional<Conclusion> stopped_on_the_way_out_by_ipsec(const Facts& facts,
                                                          Diagnosis& diagnosis) {
  return stopped(facts, diagnosis, is_met_on_the_way_out);
}

std::optional<Conclusion> stopped_on_the_way_in_by_ipsec(const Facts& facts, Diagnosis& diagnosis) {
  return stopped(facts, diagnosis, std::not_fn(is_met_on_the_way_out));
}

}  // namespace lab::explain
