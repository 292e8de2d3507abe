// SPDX-License-Identifier: MIT
#include "report/label.hpp"

#include <fmt/format.h>

#include <string_view>

namespace lab::report {
namespace {

std::string spelled(const TcpFlags& flags) {
  std::string text;
  const auto put = [&text](bool set, std::string_view name) {
    if (set) text.append(text.empty() ? "" : " ").append(name);
  };
  put(flags.syn, "SYN");
  put(flags.fin, "FIN");
  put(flags.rst, "RST");
  put(flags.psh, "PSH");
  put(flags.ack, "ACK");
  put(flags.urg, "URG");
  put(flags.ece, "ECE");
  put(flags.cwr, "CWR");
  return text.empty() ? "no flags" : text;
}

}  // namespace

Label label_of(const Message& message) {
  const Flight& flight = message.first();
  Label label;
  const auto remark = [&label](std::string_view words) {
    label.remark.append(label.remark.empty() ? "" : ", ").append(words);
  };
  if (flight.segment) {
    const Segment& segment = *flight.segment;
    label.flags = spelled(segment.flags);
    label.numbers =
        fmt::format("{}{}seq {}", message.ports, message.ports.empty() ? "" : " ", flight.sequence);
    if (segment.flags.ack) label.numbers += fmt::format(" ack {}", flight.acknowledgment);
    if (segment.length > 0) label.numbers += fmt::format(" len {}", segment.length);
    if (segment.flags.rst) label.ink = Ink::bad;
  } else {
    label.flags = flight.protocol;
    // An error has a name behind its protocol.
    label.ink = flight.protocol.find(' ') == std::string::npos ? Ink::plain : Ink::bad;
  }
  if (flight.again) remark("sent again");
  if (flight.injected) remark("injected");
  return label;
}

}  // namespace lab::report
