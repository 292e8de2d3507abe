// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "filter/ruleset.hpp"
#include "net/namespace.hpp"
#include "record/machine_facts.hpp"

namespace lab::filter {

// The SYN of the question, its answer (where routing refuses the SYN: the ICMP error), and what a
// rule that rejects it sends back, on their ways through the namespace. `tracked`: connection
// tracking may know the connection from before, so that the state of its segments is not known.
// The question must have a source. Pure.
Ways ways_of(const Facts& facts, bool tracked);

// What of netfilter certainly ends the SYN or its answer, or may drop, refuse, redirect or mark
// them: the rules of nftables that reading does not exclude, and the tables of iptables-legacy
// ("iptables-legacy table filter"). Nothing: they could not be listed. Needs all of `facts`
// but the filters, of which it needs BPF programs and IPsec.
std::optional<RulesInTheWay> rules_in_the_way(const Namespace& space, const Facts& facts);

}  // namespace lab::filter
