// SPDX-License-Identifier: MIT
//
// Calls that fail, with the errno that the scenario expects, for real.
#include <gmock/gmock.h>

#include "unit/run/failures.hpp"
#include "unit/run/without_stack.hpp"

namespace lab::run {
namespace {

class Errnos : public WithoutStack {};
INSTANTIATE_TEST_SUITE_P(, Errnos, testing::Values(Family::inet, Family::inet6),
                         [](const auto& each) { return std::string(to_string(each.param)); });

std::size_t checks_of(const Timeline& timeline) {
  std::size_t count = 0;
  for (const StepRecord& step : timeline.steps) count += step.checks.size();
  return count;
}

TEST_P(Errnos, ThereIsNothingToReadOrToAccept) {
  const Timeline run = played(listener + R"(
  - accept: {socket: srv, error: EAGAIN}
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0 mss 1460"}
  - inject: {host: peer, segment: "peer:40000 > client:8888 . seq 1 ack 1"}
  - accept: {socket: srv, name: conn}
  - receive: {socket: conn, error: EAGAIN}
  - receive: {socket: conn, error: EINVAL, flags: [MSG_OOB]}
  - inject: {host: peer, segment: "peer:40000 > client:8888 P. seq 1 ack 1", data: Hello}
  - receive: {socket: conn, data: He, flags: [MSG_PEEK]}
  - receive: {socket: conn, bytes: 5}
)");
  expect_no_failure(run);
  EXPECT_LT(run.end - run.begin, 4'000'000'000) << "EAGAIN does not wait for the deadline";
}

TEST_P(Errnos, TheSocketIsNotConnectedOrDoesNotListen) {
  expect_no_failure(played(R"(
  - socket: {name: plain, host: client}
  - accept: {socket: plain, error: EINVAL}
  - send: {socket: plain, data: Hello, error: EPIPE}
  - receive: {socket: plain, error: ENOTCONN}
  - shutdown: {socket: plain, error: ENOTCONN}
  - setsockopt: {socket: plain, option: TCP_SYNCNT, value: 1000, error: EINVAL}
  - bind: {socket: plain, to: "client:8888"}
  - bind: {socket: plain, to: "client:8889", error: EINVAL}
  - socket: {name: none, host: client, device: nothing0, error: ENODEV}
)"));
}

TEST_P(Errnos, TheSocketIsClosed) {
  const Timeline run = played(R"(
  - socket: {name: gone, host: client}
  - close: {socket: gone}
  - close: {socket: gone, error: EBADF}
  - bind: {socket: gone, to: "any:8888", error: EBADF}
  - listen: {socket: gone, error: EBADF}
  - connect: {socket: gone, to: "peer:8888", error: EBADF}
  - connected: {socket: gone, error: EBADF}
  - disconnect: {socket: gone, error: EBADF}
  - accept: {socket: gone, error: EBADF}
  - send: {socket: gone, data: Hello, error: EBADF}
  - receive: {socket: gone, error: EBADF}
  - shutdown: {socket: gone, error: EBADF}
  - setsockopt: {socket: gone, option: TCP_NODELAY, value: 1, error: EBADF}
  - getsockopt: {socket: gone, option: TCP_NODELAY, error: EBADF}
  - getsockopt: {socket: gone, option: SO_LINGER, error: EBADF}
  - close: {socket: gone, abort: true, error: EBADF}
  - poll: {socket: gone, events: [nval]}
)");
  expect_no_failure(run);
  EXPECT_EQ(checks_of(run), 15u) << "each expected errno is a check";
}

TEST_P(Errnos, OptionsAndTcpInfoHaveNamesAndRanges) {
  expect_no_failure(played(listener + R"(
  - setsockopt: {socket: srv, option: TCP_CONGESTION, value: reno}
  - getsockopt: {socket: srv, option: TCP_CONGESTION, value: reno}
  - setsockopt: {socket: srv, option: TCP_CONGESTION, value: no_such_control, error: ENOENT}
  - setsockopt: {socket: srv, option: TCP_KEEPIDLE, value: 77}
  - getsockopt: {socket: srv, option: TCP_KEEPIDLE, value: 77}
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0 mss 1000"}
  - inject: {host: peer, segment: "peer:40000 > client:8888 . seq 1 ack 1"}
  - accept: {socket: srv, name: conn}
  - info: {socket: conn, fields: {tcpi_snd_mss: 1000, tcpi_snd_cwnd: 10, tcpi_rtt: ">0 <5000000"}}
)"));
}

TEST_P(Errnos, SendsMayBePartialEmptyOrCorked) {
  expect_no_failure(played(listener + R"(
  - inject: {host: peer, segment: "peer:40000 > client:8888 S seq 0 mss 1000"}
  - inject: {host: peer, segment: "peer:40000 > client:8888 . seq 1 ack 1"}
  - accept: {socket: srv, name: conn}
  - send: {socket: conn, data: "", accepted: 0}
  - send: {socket: conn, data: Hel, flags: [MSG_MORE], accepted: 3}
  - packets: {host: peer, begin: ["peer > client S", "client > peer S.", "peer > client ."]}
  - packets: {host: peer, are: []}
  - send: {socket: conn, data: lo, accepted: 2}
  - packets: {host: peer, are: ["client > peer P. length 5"]}
)"));
}

}  // namespace
}  // namespace lab::run
