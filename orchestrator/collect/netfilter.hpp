// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/namespace.hpp"

namespace lab::collect {

// What of netfilter a segment may meet in the namespace: the base chains of nftables, iptables'
// own included, and the tables of iptables-legacy ("nftables inet filter input (hook input)").
// Empty: no rule can drop, refuse or redirect it. Nothing: this process may not see them all.
std::optional<std::vector<std::string>> netfilter_hooks(const Namespace& space);

}  // namespace lab::collect
