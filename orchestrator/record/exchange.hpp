// SPDX-License-Identifier: MIT
//
// What the captured packets of a probe say: how far its SYN came, and what came back. Pure.
#pragma once

#include <cstddef>
#include <optional>

#include "record/probe.hpp"

namespace lab {

struct Exchange {
  enum class Reply { none, syn_ack, rst, ack, icmp };

  bool observed = false;          // false: nothing was captured, and nothing of this is known
  bool one_host = false;          // sender and receiver are one namespace
  std::size_t syns_left = 0;      // that left the sender
  bool syn_arrived = false;       // at the receiver
  Reply first = Reply::none;      // what was sent back first, seen at either end
  bool reply_left = false;        // some reply was seen leaving the receiver
  bool reply_arrived = false;     // … and coming in at the sender
  std::optional<IcmpError> icmp;  // the first about this SYN
  std::size_t resets_left = 0;    // RSTs of any connection that left the receiver
};
Exchange exchange_of(const Probe& probe);

}  // namespace lab
