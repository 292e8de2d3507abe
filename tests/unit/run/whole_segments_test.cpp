// SPDX-License-Identifier: MIT
//
// Segments with every field and option, and what comes behind the expected ones, for real.
#include <gmock/gmock.h>

#include "unit/run/failures.hpp"
#include "unit/run/without_stack.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class WholeSegments : public WithoutStack {};
INSTANTIATE_TEST_SUITE_P(, WholeSegments, testing::Values(Family::inet, Family::inet6),
                         [](const auto& each) { return std::string(to_string(each.param)); });

// A handshake of the peer with the client's listener, and then `more`.
std::string connected(const std::string& more) {
  return listener + R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0 win 8000 mss 1000"}
  - packets: {host: peer, begin: ["peer > client S", "client > peer S."]}
  - inject: {host: peer, segment: "peer:40000 > client:8888 . seq 1 ack 1 win 8000"}
  - accept: {socket: srv, name: conn}
)" + more;
}

std::string failures(const Timeline& timeline) {
  std::string all;
  for (const StepRecord& step : timeline.steps)
    for (const Check& check : step.checks)
      if (check.outcome == Outcome::fail) all += check.seen + "\n";
  return all;
}

// In both families the parser sees it, in one of them only the run.
TEST_P(WholeSegments, ThatAreLongerThanTheMtuAreRefusedWithAPlaceAndARemedy) {
  const auto mistake = [](const std::string& bytes) {
    try {
      played(listener + R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0 mss 1000", bytes: )" + bytes +
             "}\n");
      return std::string();
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
  };
  EXPECT_EQ(mistake("1600"),
            "scene.yaml:17:35: the packet has 1644 bytes with its headers, and the MTU of peer:eth0 "
            "is 1500; inject 144 bytes less, or write \"mtu: 1644\" at the link");
  EXPECT_EQ(mistake("1450"),
            GetParam() == Family::inet
                ? ""
                : "scene.yaml:17:35: the packet has 1514 bytes with its headers, and the MTU of "
                  "peer:eth0 is 1500; inject 14 bytes less, or write \"mtu: 1514\" at the link");
}

TEST_P(WholeSegments, ThatTheLinkDoesNotTakeAreToldWithTheirPlace) {
  try {
    played(R"(
  - link: {host: peer, device: eth0, state: down}
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0"}
)");
    FAIL() << "the link is down";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), StartsWith("scene.yaml:14:5: sendto(AF_PACKET)(eth0 of peer): "));
  }
}

TEST_P(WholeSegments, MayBeAsLongAsTheMtuOfTheLink) {
  expect_no_failure(play(scene(listener + R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0", bytes: 1600}
  - packets: {host: peer, begin: ["peer > client S length 1600"]}
)",
                               "5s", ", mtu: 1700"),
                         GetParam()));
}

TEST_P(WholeSegments, MayBeLongerIfTheyComeInParts) {
  expect_no_failure(played(connected(R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 P. seq 1 ack 1", bytes: 5000, part: 1000}
  - packets: {host: client, has: ["peer > client P. seq 1 length 5000"]}
  - receive: {socket: conn, bytes: 5000}
)")));
}

TEST_P(WholeSegments, MayHaveTheFlagOfAccurateEcn) {
  const std::string begin = R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 SEW seq 0 AE"}
  - packets: {host: peer, begin: ["peer > client SEW seq 0 )";
  expect_no_failure(played(begin + "AE\"]}\n"));
  EXPECT_THAT(failures(played(begin + "noAE\"]}\n", "300ms")),
              HasSubstr("segment 1, flags: "));
}

TEST_P(WholeSegments, MayHaveNoFlags) {
  const Timeline run = played(listener + R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 - seq 5"}
  - packets: {host: peer, are: ["peer > client - seq 5 length 0"], then: nothing}
)");
  expect_no_failure(run);
  EXPECT_THAT(run.unexpected, IsEmpty());
}

TEST_P(WholeSegments, HaveTheirOptionsInOrder) {
  const std::string begin = listener + R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0 <nop,nop,ts 100:0,sackOK,mss 1000,wscale 7>"}
  - packets:
      host: peer
      begin:
        - "peer > client S <nop,nop,ts 100:0,sackOK,mss 1000,wscale 7>"
)";
  expect_no_failure(played(begin + R"(        - "client > peer S. <mss,sackOK,ts +0:100,nop,wscale>"
)"));
  EXPECT_THAT(failures(played(begin + R"(        - "client > peer S. <mss,nop,ts +0:100,wscale>"
)",
                              "300ms")),
              AllOf(HasSubstr("segment 2, options: "), HasSubstr("(<mss 1"),
                    HasSubstr(",sackOK,ts +0:100,nop,wscale ")));
  EXPECT_THAT(failures(played(begin + R"(        - "client > peer S. <>"
)",
                              "300ms")),
              HasSubstr("segment 2, options: "));
}

TEST_P(WholeSegments, MayHaveUnknownOptionsAndSignatures) {
  const std::string list =
      "<md5 000102030405060708090a0b0c0d0e0f,kind 253 cafe,fastopen-exp 0102,nop>";
  expect_no_failure(played(R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 . seq 5 rawack 9 )" + list + R"("}
  - packets: {host: peer, begin: ["peer > client . )" + list + R"("]}
)"));
}

TEST_P(WholeSegments, HaveSackBlocksThatCountFromTheInitialNumber) {
  expect_no_failure(played(listener + R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0 <mss 1000,sackOK,nop,nop>"}
  - inject: {host: peer, segment: "peer:40000 > client:8888 . seq 1 ack 1"}
  - accept: {socket: srv, name: conn}
  - inject: {host: peer, segment: "peer:40000 > client:8888 P. seq 11 ack 1", bytes: 10}
  - packets: {host: peer, has: ["client > peer . ack 1 <nop,nop,sack 11:21>"]}
)"));
}

TEST_P(WholeSegments, HaveFastOpenCookiesInBothDirections) {
  expect_no_failure(played(R"(
  - sysctl: {host: client, set: {net.ipv4.tcp_fastopen: 3}}
)" + listener + R"(
  - setsockopt: {socket: srv, option: TCP_FASTOPEN, value: 5}
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0 mss 1000 fastopen request"}
  - packets: {host: peer, begin: ["peer > client S fastopen request", "client > peer S. fastopen any"]}
  - inject: {host: peer, segment: "peer:40001 > client:8888 S seq 0 <mss 1000,fastopen 0a0b0c,nop>"}
  - packets: {host: peer, begin: ["peer > client S fastopen 0a0b0c"]}
)"));
}

TEST_P(WholeSegments, HaveAnUrgentPointerTosAndEcn) {
  expect_no_failure(played(connected(R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 PU. seq 1 ack 1 urg 3 tos 18 ect0 ttl 9", bytes: 3}
  - packets:
      host: peer
      has: ["peer > client PU. urg 3 ect0 tos 18 ttl 9", "client > peer . ack 4 urg 0 noect"]
)")));
}

TEST_P(WholeSegments, AreQuotedByIcmpErrorsOfAnyCode) {
  const std::string connect = R"(
  - socket: {name: cli, host: client}
  - bind: {socket: cli, to: "client:40000"}
  - connect: {socket: cli, to: "peer:8888", wait: false}
)";
  expect_no_failure(played(connect + R"(
  - inject: {host: peer, icmp: frag-needed, mtu: 1300, about: "client > peer S"}
  - packets: {host: peer, has: ["peer > client icmp frag-needed mtu 1300 seq 0"]}
  - inject: {host: peer, icmp: type 3 code 9, about: "client > peer S"}
  - packets: {host: peer, has: ["peer > client icmp type 3 code 9"]}
)"));
  // The kernel ignores an error about a number that it has not sent (tcp_v4_err()).
  expect_no_failure(played(connect + R"(
  - inject: {host: peer, icmp: port-unreachable, seq: 77, about: "client > peer S"}
  - packets: {host: peer, has: ["peer > client icmp port-unreachable seq 77"]}
  - info: {socket: cli, state: SYN-SENT}
  - inject: {host: peer, icmp: port-unreachable, about: "client > peer S"}
  - connected: {socket: cli, error: ECONNREFUSED}
)"));
}

TEST_P(WholeSegments, BehindTheLastExpectedOneAreTold) {
  const std::string begin = listener + R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0 mss 1460"}
  - packets: {host: peer, begin: ["peer > client S"])";
  const Timeline told = played(begin + "}\n");
  expect_no_failure(told);
  EXPECT_THAT(told.unexpected,
              ElementsAre("peer has seen a segment behind step 5 that no step expects: client > "
                          "peer S. seq 0 ack 1 length 0"));
  const Timeline failed = played(begin + ", then: nothing}\n");
  EXPECT_EQ(verdict_of(failed), Outcome::fail);
  EXPECT_EQ(failures(failed), "saw client > peer S. seq 0 ack 1 length 0\n");
  EXPECT_THAT(failed.aborted, StartsWith("step 5 failed: "));
}

TEST_P(WholeSegments, LeaveAsOneUnlessTheLinkHasNoOffload) {
  const std::string steps = connected("  - send: {socket: conn, bytes: 2000}\n");
  expect_no_failure(play(scene(steps + R"(
  - packets: {host: client, has: ["client > peer P. seq 1 length 2000"]}
)"),
                         GetParam()));
  expect_no_failure(play(scene(steps + R"(
  - packets: {host: client, has: ["client > peer . seq 1 length 1000", "client > peer P. length 1000"]}
)",
                               "5s", ", offload: false"),
                         GetParam()));
}

// Two ticks after the wrong ACK the kernel repeats the SYN, whatever the scenario does then.
TEST_P(WholeSegments, ThatATimerRepeatsAreNotCompared) {
  expect_no_failure(played(R"(
  - socket: {name: cli, host: client}
  - bind: {socket: cli, to: "client:40001"}
  - connect: {socket: cli, to: "peer:8080", wait: false}
  - packets: {host: peer, begin: ["client > peer S seq 0"]}
  - inject: {host: peer, segment: "peer:8080 > client:40001 S. seq 0 ack 2 win 1000 mss 1000"}
  - packets: {host: peer, begin: ["peer > client S. ack 2", "client > peer R seq 2 win 0"]}
  - packets: {host: peer, has: ["client > peer S seq 0"]}
  - inject: {host: peer, segment: "peer:8080 > client:40001 S. seq 0 ack 1 win 1000 mss 1000"}
  - packets: {host: peer, are: ["peer > client S. ack 1", "client > peer . seq 1 ack 1"], then: nothing}
)"));
}

TEST_P(WholeSegments, MayBeExpectedThoughATimerRepeatsThem) {
  expect_no_failure(played(R"(
  - socket: {name: cli, host: client}
  - bind: {socket: cli, to: "client:40001"}
  - connect: {socket: cli, to: "peer:8080", wait: false}
  - packets: {host: peer, begin: ["client > peer S seq 0"]}
  - inject: {host: peer, segment: "peer:8080 > client:40001 R. seq 0 ack 2 win 0"}
  - packets: {host: peer, begin: ["peer > client R. ack 2", "client > peer S seq 0"], never: ["client > peer R"]}
)"));
}

}  // namespace
}  // namespace lab::run
