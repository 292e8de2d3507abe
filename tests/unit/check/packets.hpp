// SPDX-License-Identifier: MIT
//
// Packets and what is expected of them, for the tests of segments and of the step
// packets.
#pragma once

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "check/segments.hpp"
#include "unit/check/timelines.hpp"

namespace lab::check {

using scenario::ExpectedSegment;
using scenario::Number;
using scenario::Packets;

inline const std::string client = "10.0.0.1:40000", server = "10.0.0.2:8888";

// A handshake as the client's interface sees it, with arbitrary initial
// sequence numbers; that of the server is about to wrap around.
inline Timeline handshake() {
  Timeline timeline = two_hosts();
  timeline.packets = {packet("client", true, client, server, "S", 1000),
                      packet("server", false, client, server, "S", 1000),
                      packet("server", true, server, client, "S.", 4294967295U, 1001),
                      packet("client", false, server, client, "S.", 4294967295U, 1001),
                      packet("client", true, client, server, ".", 1001, 0),
                      packet("client", true, client, server, "P.", 1001, 0, 5)};
  return timeline;
}

inline ExpectedSegment segment(const std::string& from, const std::string& to,
                               const std::string& flags,
                               std::optional<std::int64_t> sequence = std::nullopt,
                               std::optional<std::int64_t> acknowledgment = std::nullopt,
                               std::optional<std::int64_t> length = std::nullopt) {
  const auto number = [](std::optional<std::int64_t> plain) {
    return plain ? std::optional(Number{*plain, ""}) : std::nullopt;
  };
  ExpectedSegment made;
  made.from = place(from, 0);
  made.to = place(to, 0);
  made.flags = *TcpFlags::parse(flags);
  made.sequence = number(sequence);
  made.acknowledgment = number(acknowledgment);
  made.length = number(length);
  return made;
}

inline const auto syn = segment("client", "server", "S", 0);
inline const auto syn_ack = segment("server", "client", "S.", 0, 1);
inline const auto ack = segment("client", "server", ".", 1, 1, 0);
inline const auto data = segment("client", "server", "P.", 1, 1, 5);

inline Check judge_packets(std::vector<scenario::Action> steps, const Timeline& timeline) {
  const auto checks = judge_last(scenario_with(std::move(steps)), {}, timeline);
  EXPECT_THAT(checks, testing::SizeIs(1));
  return checks.at(0);
}

inline Packets at_client(Packets::Mode mode, std::vector<ExpectedSegment> segments) {
  return {"client", mode, std::move(segments), {}};
}
inline Packets are(std::vector<ExpectedSegment> segments) {
  return at_client(Packets::Mode::exact, std::move(segments));
}
inline Packets begin(std::vector<ExpectedSegment> segments) {
  return at_client(Packets::Mode::begin, std::move(segments));
}
inline Packets has(std::vector<ExpectedSegment> segments) {
  return at_client(Packets::Mode::has, std::move(segments));
}
inline Packets never(std::vector<ExpectedSegment> segments) {
  return {"client", Packets::Mode::has, {}, std::move(segments)};
}

}  // namespace lab::check
