// SPDX-License-Identifier: MIT
//
// Segments and ICMP errors that no socket sent, for real: a host without a stack is one side,
// and the other side's kernel answers what it says.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>

#include "parser/parser.hpp"
#include "run/injected.hpp"
#include "run/runner.hpp"
#include "unit/run/failures.hpp"
#include "unit/run/without_stack.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

using testing::HasSubstr;

INSTANTIATE_TEST_SUITE_P(, WithoutStack, testing::Values(Family::inet, Family::inet6),
                         [](const auto& each) { return std::string(to_string(each.param)); });

TEST_P(WithoutStack, OpensAConnectionSendsOnItAndResetsIt) {
  expect_no_failure(played(listener + R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0 win 1000 mss 1400 sackOK ts 100:0 wscale 7"}
  - packets:
      host: peer
      are:
        - "peer:40000 > client:8888 S seq 0 length 0 win 1000 mss 1400 wscale 7 sackOK ts"
        - "client:8888 > peer:40000 S. seq 0 ack 1 sackOK ts"
  - let: {name: theirs, host: peer, segment: "client > peer S.", field: tsval}
  - inject: {host: peer, segment: "peer:40000 > client:8888 . seq 1 ack 1 ts 101:$theirs"}
  - accept: {socket: srv, name: conn}
  - inject: {host: peer, segment: "peer:40000 > client:8888 P. seq 1 ack 1 ts 102:$theirs", data: Hello}
  - receive: {socket: conn, data: Hello}
  - packets: {host: peer, has: ["client > peer . seq 1 ack 6"], never: ["client > peer R"]}
  - inject: {host: peer, segment: "peer:40000 > client:8888 R. seq 6 ack 1 ts 103:$theirs"}
  - receive: {socket: conn, error: ECONNRESET}
)"));
}

TEST_P(WithoutStack, AnswersAConnectWithoutOptions) {
  expect_no_failure(played(R"(
  - socket: {name: cli, host: client}
  - bind: {socket: cli, to: "any:40000"}
  - connect: {socket: cli, to: "peer:8888", wait: false}
  - inject: {host: peer, segment: "peer:8888 > client:40000 S. seq 0 ack 1 win 0"}
  - connected: {socket: cli}
  - info: {socket: cli, state: ESTABLISHED, lacks: [timestamps, sack, wscale]}
  - packets:
      host: client
      are:
        - "client > peer S seq 0"
        - "peer > client S. seq 0 ack 1 win 0 nosackOK nots"
        - "client > peer . seq 1 ack 1"
)"));
}

TEST_P(WithoutStack, TakesPortsAndNumbersFromSeenSegments) {
  expect_no_failure(played(R"(
  - socket: {name: cli, host: client}
  - connect: {socket: cli, to: "peer:8888", wait: false}
  - let: {name: port, socket: cli, field: local-port}
  - let: {name: isn, host: peer, segment: "client > peer S", field: seq}
  - inject: {host: peer, segment: "peer:8888 > client:$port R. seq 0 rawack $isn+1"}
  - connected: {socket: cli, error: ECONNREFUSED}
  - packets:
      host: client
      are: ["client:$port > peer:8888 S rawseq $isn", "peer > client R. ack 1 rawseq 0"]
)"));
}

// RFC 5961, section 4: a SYN is answered by an ACK, whatever its number, and the
// numbers go on being those of the connection.
TEST_P(WithoutStack, InjectsASynThatStartsNoConnection) {
  expect_no_failure(played(listener + R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0"}
  - packets: {host: peer, has: ["client > peer S."]}
  - inject: {host: peer, segment: "peer:40000 > client:8888 . seq 1 ack 1"}
  - accept: {socket: srv, name: conn}
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 500"}
  - packets: {host: peer, has: ["peer > client S seq 500", "client > peer . seq 1 ack 1 length 0"]}
)"));
}

TEST_P(WithoutStack, MakesNoRetransmission) {
  const Timeline timeline = played(listener + R"(
  - inject: {host: peer, segment: "peer:40000 > client:8889 S seq 0"}
  - inject: {host: peer, segment: "peer:40000 > client:8889 S seq 0"}
  - packets: {host: peer, has: ["peer > client S", "client > peer R.", "client > peer R."]}
  - no-retransmission:
)");
  expect_no_failure(timeline);
  // Each is marked where it leaves and where it comes in, and no answer is.
  const auto injected = std::ranges::count_if(timeline.packets, &Packet::injected);
  EXPECT_EQ(injected, 4);
  for (const Packet& packet : timeline.packets)
    EXPECT_TRUE(!packet.injected || packet.segment->flags.str() == "S");
}

TEST_P(WithoutStack, SendsPortUnreachable) {
  expect_no_failure(played(R"(
  - socket: {name: cli, host: client}
  - connect: {socket: cli, to: "peer:8888", wait: false}
  - inject: {host: peer, icmp: port-unreachable, about: "client > peer:8888 S"}
  - connected: {socket: cli, error: ECONNREFUSED}
  - packets: {host: client, has: ["client > peer S", "peer > client icmp port-unreachable"]}
)"));
}

// The errno of each is that of icmp_err_convert[] and icmpv6_err_convert().
TEST_P(WithoutStack, SendsOtherIcmpErrors) {
  const std::pair<const char*, const char*> errors[] = {
      {"net-unreachable", "ENETUNREACH"},
      {"host-unreachable", "EHOSTUNREACH"},
      {"admin-prohibited", GetParam() == Family::inet ? "EHOSTUNREACH" : "EACCES"},
      {"protocol-unreachable", GetParam() == Family::inet ? "ENOPROTOOPT" : "EPROTO"}};
  for (const auto& [icmp, error] : errors)
    expect_no_failure(played(std::string(R"(
  - socket: {name: cli, host: client}
  - connect: {socket: cli, to: "peer:8888", wait: false}
  - inject: {host: peer, icmp: )") +
                             icmp + R"(, about: "client > peer S"}
  - connected: {socket: cli, error: )" +
                             error + "}\n"));
}

TEST_P(WithoutStack, FailsAtTheDeadlineIfNothingWasSeen) {
  const Timeline timeline = played(R"(
  - inject: {host: peer, icmp: port-unreachable, about: "client > peer S"}
)",
                                   "50ms");
  ASSERT_EQ(failures(timeline).size(), 1u);
  EXPECT_EQ(failures(timeline)[0].seen,
            "no result before the deadline of 50 ms (no such segment was seen at peer)");
  EXPECT_EQ(timeline.packets.size(), 0u);
}

TEST_P(WithoutStack, HasNoValueFromASegmentThatWasNotSeen) {
  const Timeline timeline = played(R"(
  - let: {name: isn, host: peer, segment: "client > peer S", field: seq}
)",
                                   "50ms");
  EXPECT_EQ(failures(timeline).size(), 1u);
  EXPECT_TRUE(timeline.values.empty());
}

TEST_P(WithoutStack, ASocketWithoutAPeerHasNoRemotePort) {
  const Timeline timeline = played(R"(
  - socket: {name: cli, host: client}
  - let: {name: port, socket: cli, field: remote-port}
)");
  ASSERT_EQ(failures(timeline).size(), 1u);
  EXPECT_THAT(failures(timeline)[0].seen, HasSubstr("ENOTCONN (cli is not connected)"));
}

}  // namespace
}  // namespace lab::run
