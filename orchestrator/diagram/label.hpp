// SPDX-License-Identifier: MIT
//
// The label of a message in a drawing.
#pragma once

#include <string>

#include "draw/page.hpp"
#include "sequence/model.hpp"

namespace lab::diagram {

// "SYN ACK", "40000 > 8888 seq 0 ack 1 len 5", "sent again". For other packets,
// `flags` is the protocol: "icmp port-unreachable".
struct Label {
  std::string flags, numbers, remark;
  draw::Ink ink = draw::Ink::accent;  // of the flags
};

Label label_of(const sequence::Message& message);

}  // namespace lab::diagram
