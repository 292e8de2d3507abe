// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "filter/ruleset.hpp"
#include "net/namespace.hpp"
#include "record/machine_facts.hpp"

namespace lab::filter {

// The SYN of the question and its answer, on their ways through the namespace. Pure.
std::vector<SegmentOnWay> ways_of(const Facts& facts);

// What of netfilter may drop, refuse or redirect the SYN or its answer: the rules of nftables that
// reading does not exclude, and the tables of iptables-legacy ("iptables-legacy table filter").
// Nothing: they could not be listed. Needs all but filters of `facts`.
std::optional<std::vector<std::string>> rules_in_the_way(const Namespace& space,
                                                         const Facts& facts);

}  // namespace lab::filter
