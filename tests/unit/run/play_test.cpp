// SPDX-License-Identifier: MIT
//
// Scenarios played for real in this kernel: namespaces, sockets, packets. The
// module is not asked for; tests/system plays them where it is loaded.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include "parser/parser.hpp"
#include "run/runner.hpp"
#include "unit/run/failures.hpp"
#include "util/clock.hpp"

namespace lab::run {
namespace {

using testing::HasSubstr;

class Play : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  }

  static Timeline shipped(const std::string& file, Family family) {
    return play(parser::load(SOURCE_DIR "/scenarios/" + file), family);
  }
};

TEST_F(Play, PassesShippedScenariosOverBothFamilies) {
  for (const Family family : {Family::inet, Family::inet6}) {
    expect_no_failure(shipped("no-listener/no-listen.yaml", family));
    expect_no_failure(shipped("self-connect/self-connect.yaml", family));
    expect_no_failure(shipped("simultaneous-open/simopen.yaml", family));
  }
}

// What a wrong expectation must look like: each of these scenarios claims
// something that the kernel does not do.
Timeline claim(const std::string& steps, const Audience& audience = {}) {
  const std::string text = R"(name: claim
title: A claim that does not hold
rule: none
families: [ipv4]
deadline: 200ms
topology:
  hosts: {client: , server: }
  links:
    - endpoints: ["client:eth0", "server:eth0"]
steps:
)" + steps;
  return play(parser::parse(text, "claim.yaml"), Family::inet, audience);
}

// Here the ACK is held back, and the step waits for it as long as it may.
TEST_F(Play, NoRetransmissionIsJudgedWhenAllIsAcknowledged) {
  const Timeline timeline = claim(R"(
  - socket: {name: srv, host: server}
  - bind: {socket: srv, to: "any:8888"}
  - listen: {socket: srv}
  - socket: {name: cli, host: client}
  - connect: {socket: cli, to: "server:8888"}
  - accept: {socket: srv, name: conn}
  - hold: {host: server}
  - send: {socket: cli, data: Hello}
  - no-retransmission:
)");
  ASSERT_EQ(timeline.steps.size(), 9u);
  const StepRecord& last = timeline.steps.back();
  constexpr Timestamp nearly_the_deadline = 190'000'000;  // ns; it has another clock
  EXPECT_GE(last.end - last.begin, nearly_the_deadline);
}

TEST_F(Play, AWrongErrnoFailsAndEndsTheRun) {
  const Timeline timeline = claim(R"(
  - socket: {name: cli, host: client}
  - connect: {socket: cli, to: "server:8888"}
  - close: {socket: cli}
)");
  ASSERT_EQ(failures(timeline).size(), 1u);
  EXPECT_THAT(failures(timeline)[0].seen, HasSubstr("ECONNREFUSED"));
  EXPECT_EQ(timeline.steps.size(), 2u) << "the step after the failed one was played";
  EXPECT_THAT(timeline.aborted, HasSubstr("step 2"));
}

TEST_F(Play, AListenerThatIsNotThereFailsAtTheDeadline) {
  const Timeline timeline = claim(R"(
  - socket: {name: srv, host: server}
  - bind: {socket: srv, to: "any:8888"}
  - tables: {host: server, listeners: [{socket: srv}]}
)");
  ASSERT_FALSE(failures(timeline).empty());
  EXPECT_EQ(failures(timeline)[0].witnesses, Witness::sock_diag);
  EXPECT_TRUE(timeline.steps.back().played.timed_out);
}

TEST_F(Play, GoesOnWhenAskedAfterAStepThatOnlyLooked) {
  const std::string steps = R"(
  - tables: {host: server, listeners: [{local: "any:8888"}]}
  - socket: {name: cli, host: client}
  - connect: {socket: cli, to: "server:8888"}
  - close: {socket: cli}
)";
  EXPECT_EQ(claim(steps).steps.size(), 1u);
  Audience audience;
  audience.goes_on = true;
  const Timeline timeline = claim(steps, audience);
  EXPECT_EQ(timeline.steps.size(), 3u);  // to the connect, which did more than look
  EXPECT_THAT(timeline.aborted, HasSubstr("step 3"));
  EXPECT_EQ(verdict_of(timeline), Outcome::fail);
}

TEST_F(Play, ASegmentThatIsNotSentFails) {
  const Timeline timeline = claim(R"(
  - socket: {name: cli, host: client}
  - connect: {socket: cli, to: "server:8888", error: ECONNREFUSED}
  - packets: {host: client, are: ["client > server S", "server > client S."]}
)");
  ASSERT_EQ(failures(timeline).size(), 1u);
  EXPECT_THAT(failures(timeline)[0].seen, HasSubstr("R."));
}

TEST_F(Play, APathIsNotObservedWithoutTheModule) {
  const Timeline timeline = claim(R"(
  - path: {host: server, never: [tcp_v4_send_reset]}
)");
  if (timeline.no_trace.empty()) GTEST_SKIP() << "the module is loaded";
  ASSERT_EQ(timeline.steps.at(0).checks.size(), 1u);
  EXPECT_EQ(timeline.steps[0].checks[0].outcome, Outcome::not_observed);
  EXPECT_EQ(timeline.steps[0].checks[0].seen, timeline.no_trace);
  EXPECT_EQ(timeline.aborted, "");
}

TEST_F(Play, ClosesFileDescriptorsOfEachKind) {
  const auto open_files = [] {
    int count = 0;
    for (int fd = 0; fd < 1024; ++fd) count += ::fcntl(fd, F_GETFD) >= 0;
    return count;
  };
  // What stays open for good is open after the first.
  shipped("simultaneous-open/simopen.yaml", Family::inet);
  const int before = open_files();
  for (int round = 0; round < 5; ++round) shipped("simultaneous-open/simopen.yaml", Family::inet);
  // A capture is closed by a thread of its own, which waits for the kernel.
  const Deadline deadline(std::chrono::seconds(10));
  while (open_files() > before && !deadline.passed()) ::poll(nullptr, 0, 1);
  EXPECT_LE(open_files(), before);
}

}  // namespace
}  // namespace lab::run
