// SPDX-License-Identifier: MIT
//
// What of the routing policy database refuses packets, or looks at more than addresses.
#pragma once

#include <vector>

#include "net/netlink.hpp"
#include "record/interface.hpp"

namespace lab::collect {

struct PolicyRules {
  std::vector<PolicyRule> unusual;  // all but those that every namespace begins with
  // By the rule of preference 0, which may have been moved, or stand behind others of that number.
  bool local_table_is_first = false;
};
// Of the family. Throws SystemError.
PolicyRules list_rules(Netlink& netlink, Family family);

// That a rule refuses, and how to remove it.
Refusal refusal_of(const PolicyRule& rule, Family family);

// The routes of any table that lead to `destination` and carry no packet: blackhole,
// unreachable, prohibit, throw. The longest prefix first. Throws SystemError.
std::vector<Refusal> list_refusing_routes(Netlink& netlink, const Address& destination);

}  // namespace lab::collect
