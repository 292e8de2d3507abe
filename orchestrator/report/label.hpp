// SPDX-License-Identifier: MIT
//
// What a message is called in a drawing.
#pragma once

#include <string>

#include "report/page.hpp"
#include "report/sequence.hpp"

namespace lab::report {

// "SYN ACK", "40000 > 8888 seq 0 ack 1 len 5", "sent again"; of what is no segment the
// flags are its protocol: "icmp port-unreachable".
struct Label {
  std::string flags, numbers, remark;
  Ink ink = Ink::accent;  // of the flags
};

Label label_of(const Message& message);

}  // namespace lab::report
