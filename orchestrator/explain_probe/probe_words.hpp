// SPDX-License-Identifier: MIT
//
// Words and remedies that several conclusions about a probe share.
#pragma once

#include <string>
#include <vector>

#include "record/probe.hpp"

namespace lab::explain {

// How connect() ended: "the probe was refused".
std::string outcome_in_words(const Probe& probe);

inline constexpr const char* list_the_rules = "look for the rule, in that namespace";
// The command that lists the firewall's rules in a namespace.
std::vector<std::string> rules_of(const std::string& netns);

// The commands that show what may drop an answer in the namespaces of this machine between both
// ends.
std::vector<std::string> looks_at_routers(const Probe& probe);

// Those have rules of a firewall, or none of them is known.
bool router_may_have_rules(const Probe& probe);

// Besides those that a scenario may name, what firewalls and routers like to send (RFC 1122,
// 3.2.2.1): "host-prohibited", "time-exceeded".
std::string name_of(const IcmpError& error);
// A router has got it with its last hop to go (ip_forward(), ip6_forward()): no rule sends that.
bool is_time_exceeded(const IcmpError& error);

}  // namespace lab::explain
