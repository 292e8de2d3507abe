// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "net/namespace.hpp"
#include "record/netfilter_hook.hpp"

namespace lab::filter {

// "inet", "ip", … as nft(8) names the families of tables (NFPROTO_*); "?": another one.
const char* table_family(std::uint8_t family);

// Those of family arp, which no segment meets.
enum class ArpChains : std::uint8_t { left_out, included };

// The rules that a segment may meet in the namespace: the base chains of nftables, iptables' own
// included, and the tables of iptables-legacy. Empty: no rule can drop, refuse or redirect it.
// Nothing: this process may not see them all.
std::optional<std::vector<NetfilterHook>> netfilter_hooks(const Namespace& space,
                                                          ArpChains of_arp = ArpChains::left_out);

// What else may take a packet at a hook there: connection tracking, IPVS, BPF programs. Whether it
// does at that hook is not to be seen.
std::vector<NetfilterHook> other_hooks(const Namespace& space);

// Connection tracking is in the kernel, or its module is loaded.
bool has_connection_tracking(const Namespace& space);

}  // namespace lab::filter
