// SPDX-License-Identifier: MIT
//
// Which segments a host saw, how they are numbered, and which of them a step may
// claim.
#include "unit/check/packets.hpp"

namespace lab::check {
namespace {

using testing::SizeIs;

TEST(Segments, CountOnceOnLo) {
  Timeline timeline = two_hosts();
  const std::string self = "127.0.0.1:34567";
  for (const bool outgoing : {true, false}) {
    timeline.packets.push_back(packet("client", outgoing, self, self, "S", 77));
    timeline.packets.back().device = "lo";
  }
  for (const bool outgoing : {true, false}) {
    timeline.packets.push_back(packet("client", outgoing, self, self, "S.", 77, 78));
    timeline.packets.back().device = "lo";
  }
  EXPECT_THAT(segments_at(timeline, "client"), SizeIs(2));
  EXPECT_EQ(judge_packets({are({segment("loopback", "loopback", "S", 0),
                                segment("loopback", "loopback", "S.", 0, 1)})},
                          timeline)
                .outcome,
            Outcome::pass);
}

TEST(Segments, KeepTheNumberOfAResetWithoutASyn) {
  Timeline timeline = two_hosts();
  timeline.packets = {packet("client", true, client, server, "S", 5000),
                      packet("client", false, server, client, "R.", 0, 5001)};
  EXPECT_EQ(describe(timeline, segments_at(timeline, "client").back()),
            "server > client R. seq 0 ack 1 length 0");
}

TEST(Segments, HaveNewInitialNumbersInANewConnection) {
  Timeline timeline = two_hosts();
  timeline.packets = {packet("client", true, client, server, "S", 5000),
                      packet("client", false, server, client, "R.", 0, 5001),
                      packet("client", true, client, server, "S", 9000),
                      packet("client", false, server, client, "S.", 300, 9001),
                      packet("client", true, client, server, ".", 9001, 301)};
  EXPECT_EQ(describe(timeline, segments_at(timeline, "client").back()),
            "client > server . seq 1 ack 1 length 0");
}

// An attacker's SYN within a connection is answered with numbers of that connection.
TEST(Segments, KeepTheirInitialNumbersAfterAnInjectedSyn) {
  Timeline timeline = handshake();
  timeline.packets.push_back(packet("client", true, client, server, "S", 1500));
  timeline.packets.back().injected = true;
  timeline.packets.push_back(packet("client", false, server, client, ".", 0, 1006));
  const auto segments = segments_at(timeline, "client");
  EXPECT_EQ(describe(timeline, segments[4]), "client > server S seq 500 length 0");
  EXPECT_EQ(describe(timeline, segments[5]), "server > client . seq 1 ack 6 length 0");
}

TEST(Segments, TakeTheFirstInitialNumberFromAnInjectedSyn) {
  Timeline timeline = two_hosts();
  timeline.packets = {packet("client", true, client, server, "S", 1500),
                      packet("client", false, server, client, "S.", 7, 1501)};
  timeline.packets[0].injected = true;
  EXPECT_EQ(describe(timeline, segments_at(timeline, "client")[1]),
            "server > client S. seq 0 ack 1 length 0");
}

TEST(Window, ContainsWhatTheStepMayClaim) {
  const Timeline timeline = handshake();
  const auto scenario = scenario_with({begin({syn}), are({}), begin({syn_ack}), begin({data})});
  EXPECT_THAT(window(timeline, scenario, 3), SizeIs(4));
  EXPECT_THAT(window(timeline, scenario, 4), SizeIs(3));
  EXPECT_THAT(window(timeline, scenario, 5), SizeIs(3));
  EXPECT_THAT(window(timeline, scenario, 6), SizeIs(2));
  EXPECT_EQ(window(timeline, scenario, 6).front().packet, &timeline.packets[4]);
  EXPECT_THAT(window(two_hosts(), scenario, 6), SizeIs(0));
}

}  // namespace
}  // namespace lab::check
