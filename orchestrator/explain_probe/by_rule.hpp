// SPDX-License-Identifier: MIT
//
// What the trace of nftables says of a probe: the rule that ended its segment, the rule that sent
// it elsewhere, or that no rule did anything. Pure.
#pragma once

#include <optional>
#include <string>

#include "explain/diagnosis.hpp"
#include "record/probe.hpp"

namespace lab::explain {

// The segment was seen by the trace of every namespace with rules that is known to be on the way,
// no message is missing, and none of them, nor anything else at their hooks, took a segment.
bool rules_passed(const Probe& probe);
// No rule, and no NAT of whatever kind, has sent the probe to another socket than the one that it
// was addressed to: all that could was watched.
bool nothing_redirects(const Probe& probe);
// The same as rules_passed() of one namespace, where nothing besides rules may take a segment.
bool rules_passed_at(const Probe& probe, const std::string& netns);

// The rule, or the policy of a chain, that dropped or rejected the last segment that got lost; or
// the hook that it did not come out of. Nothing: none did, or the probe was answered.
std::optional<Conclusion> by_rule(const Probe& probe, Answer answer);

// What by_rule() says is proven: the trace of that namespace is complete, and where no rule of
// nftables ended the segment, only one kind of thing at that hook may have.
bool rule_is_certain(const Probe& probe);

// A rule with tproxy has given the segment to a socket that listens at another address, and that
// has answered. Nothing: no such rule, or no answer.
std::optional<Conclusion> by_tproxy(const Probe& probe, Answer answer);

// The rule with synproxy that has answered in the server's place; empty: the trace shows none.
std::string rule_that_answers(const Probe& probe);

// "the rule 'tcp dport 80 dnat to 10.0.0.9' (handle 4) of chain ip nat p in network namespace web":
// the last rule that has changed the destination. Empty: the trace shows none.
std::string rule_that_redirects(const Probe& probe);

// A rule of the trace in words, with its chain and its namespace.
std::string in_words(const TracedRule& rule, const Probe& probe);

}  // namespace lab::explain
