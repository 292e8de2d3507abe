// SPDX-License-Identifier: MIT
#include "diagram/label.hpp"

#include <fmt/format.h>

#include <string_view>

namespace lab::diagram {
using draw::Ink;
using sequence::Flight;
using sequence::Message;

Label label_of(const Message& message) {
  const Flight& flight = message.first();
  Label label;
  const auto remark = [&label](std::string_view words) {
    label.remark.append(label.remark.empty() ? "" : ", ").append(words);
  };
  if (flight.segment) {
    const Segment& segment = *flight.segment;
    label.flags = flags_in_words(segment.flags);
    label.numbers = message.ports + (message.ports.empty() ? "" : " ") +
                    numbers_in_words(segment, flight.sequence, flight.acknowledgment);
    if (segment.flags.rst) label.ink = Ink::bad;
  } else {
    label.flags = flight.protocol;
    // An ICMP error has a name after its protocol.
    label.ink = flight.protocol.find(' ') == std::string::npos ? Ink::plain : Ink::bad;
  }
  if (flight.again) remark("sent again");
  if (flight.injected) remark("injected");
  return label;
}

}  // namespace lab::diagram
