// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lab {

// What is registered at the hooks of netfilter in a network namespace.
struct NetfilterHook {
  enum class Kind : std::uint8_t {
    chain,     // a base chain of nftables, iptables-nft's own included
    legacy,    // a table of iptables-legacy
    tracking,  // connection tracking (nf_conntrack)
    ipvs,
    bpf_program,
  };

  Kind kind = Kind::chain;
  std::string family = {};  // "inet", "ip", "netdev"; of chains and legacy tables alone
  std::string table = {};   // the same
  std::string chain = {};   // of nftables alone
  std::string hook = {};    // "input"; of chains alone
  std::vector<std::string> devices = {};  // interfaces; of the hooks "ingress" and "egress" alone
  std::string text = {};  // "nftables inet t i (hook input)", "iptables-legacy table filter"
};

}  // namespace lab
