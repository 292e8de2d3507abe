// SPDX-License-Identifier: MIT
//
// What a segment is called in a drawing.
#pragma once

#include <string>

#include "report/flight.hpp"
#include "report/page.hpp"

namespace lab::report {

// "SYN ACK", "seq 0 ack 1 len 5", "sent again"
struct Label {
  std::string flags, numbers, remark;
  Ink ink = Ink::accent;  // of the flags
};

// Of a flight that has a segment.
Label label_of(const Flight& flight);

}  // namespace lab::report
