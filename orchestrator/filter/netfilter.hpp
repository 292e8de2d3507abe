// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/namespace.hpp"

namespace lab::filter {

// "inet", "ip", … as nft(8) names the families of tables (NFPROTO_*); "?": another one.
const char* table_family(std::uint8_t family);

// What of netfilter a segment may meet in the namespace: the base chains of nftables, iptables'
// own included, and the tables of iptables-legacy ("nftables inet filter input (hook input)").
// Empty: no rule can drop, refuse or redirect it. Nothing: this process may not see them all.
std::optional<std::vector<std::string>> netfilter_hooks(const Namespace& space);

}  // namespace lab::filter
