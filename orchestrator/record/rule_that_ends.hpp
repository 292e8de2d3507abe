// SPDX-License-Identifier: MIT
//
// A rule of nftables, or the policy of a chain, that certainly ends the SYN or its answer in this
// namespace: all that it matches on is known, and nothing before it may have taken the segment.
#pragma once

#include <cstdint>
#include <string>

namespace lab {

struct RuleThatEnds {
  enum class How : std::uint8_t {
    drops,
    resets,   // "reject with tcp reset"
    refuses,  // rejects with an ICMP error
  };

  How how = How::drops;
  int error = 0;      // what connect() gets for that ICMP error
  std::string hook;   // "input"
  std::string chain;  // with its family and table, as nft(8) takes it: "inet filter input"
  std::string text;   // "rule 'tcp dport 80 drop' (handle 4) of chain inet filter input"
};

}  // namespace lab
