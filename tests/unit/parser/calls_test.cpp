// SPDX-License-Identifier: MIT
//
// The errnos that calls can return, and what is sent, as the language has them.
#include <gmock/gmock.h>

#include <algorithm>
#include <cerrno>

#include "language/errnos.hpp"
#include "language/step_facts.hpp"
#include "unit/parser/text.hpp"

namespace lab::parser {

using language::describe;
using language::errnos_of;
using scenario::Accept;
using scenario::Close;
using scenario::Receive;
using scenario::Send;
using scenario::SetOption;

namespace {

template <typename Verb>
Verb last(const std::string& steps) {
  return std::get<Verb>(parse(with_steps(steps), "x.yaml").steps.back().action);
}

const std::string cli = "  - socket: {name: cli, host: client}\n";

struct Mistake {
  std::string steps;
  std::string message;
};
void expect_each(const std::vector<Mistake>& mistakes) {
  for (const auto& [steps, message] : mistakes)
    EXPECT_EQ(error_of(with_steps(steps)), "x.yaml:" + message) << steps;
}

// An expectation that can never hold is refused.
TEST(Errnos, ArePossible) {
  const std::string srv = cli + "  - listen: {socket: cli}\n";
  const std::string gone = cli + "  - close: {socket: cli}\n";
  EXPECT_EQ(last<Receive>(cli + "  - receive: {socket: cli, error: EAGAIN}\n").error, EAGAIN);
  EXPECT_EQ(last<Accept>(srv + "  - accept: {socket: cli, error: EAGAIN}\n").error, EAGAIN);
  EXPECT_EQ(last<Close>(gone + "  - close: {socket: cli, error: EBADF}\n").error, EBADF);
  expect_each({
      {srv + "  - accept: {socket: cli, error: ECONNREFUSED}\n",
       "10:34: accept() never returns ECONNREFUSED; it can return EAGAIN, EBADF, ECONNABORTED, "
       "EINVAL, EMFILE, ENFILE, ENOBUFS, ENOMEM, EPERM"},
      {cli + "  - accept: {socket: cli, error: EAGAIN}\n",
       "9:13: accept() of a socket that does not listen returns EINVAL, never EAGAIN; write error: "
       "EINVAL, or listen: above this step"},
      {cli + "  - send: {socket: cli, data: x, error: EAGAIN}\n",
       "9:11: send waits for room, so it never ends with EAGAIN; write wait: false"},
      {cli + "  - connect: {socket: cli, to: \"server:1\", error: EINPROGRESS}\n",
       "9:14: connect waits for the outcome, so it never ends with EINPROGRESS; write wait: false"},
      {cli + "  - close: {socket: cli, error: EINTR}\n",
       "9:33: close() never returns EINTR; it can return EBADF"},
      {cli + "  - shutdown: {socket: cli, error: EBADF}\n",
       "9:36: socket \"cli\" is open here, so shutdown() does not return EBADF; write \"close: "
       "{socket: cli}\" above this step"},
      {gone + "  - send: {socket: cli, data: x, error: EPIPE}\n",
       "10:20: socket \"cli\" has been closed before this step; open another one"},
      {cli + "  - poll: {socket: cli, events: [in], error: EINTR}\n",
       "9:46: poll() never fails here; it reports errors as events: write events: [err] or events: "
       "[nval]"},
      {cli + "  - poll: {socket: cli, events: [nval]}\n",
       "9:20: socket \"cli\" is open here, so poll() does not report nval; close it above this "
       "step"},
      {cli + "  - send: {socket: cli, data: x, error: ENOTCONN}\n",
       "9:41: send() never returns ENOTCONN; it can return EACCES, EAGAIN, EALREADY, EBADF, "
       "ECONNABORTED, ECONNREFUSED, ECONNRESET, EHOSTDOWN, EHOSTUNREACH, EINPROGRESS, EINVAL, "
       "EMSGSIZE, ENETDOWN, ENETUNREACH, ENOBUFS, ENOMEM, ENONET, ENOPROTOOPT, EOPNOTSUPP, EPERM, "
       "EPIPE, EPROTO, ETIMEDOUT"},
      {cli + "  - getsockopt: {socket: cli, option: TCP_MAXSEG, value: 1, error: EINVAL}\n",
       "9:58: a getsockopt that fails returns no value; keep one of value and error"},
      {"  - socket: {name: cli, host: client, error: ENODEV}\n",
       "8:13: a socket without options is never refused; write device: or another option, or "
       "remove error:"},
  });
}

TEST(Errnos, ArePossibleForEachCall) {
  const auto has = [](std::string_view call, int error) {
    const std::vector<int>& errnos = errnos_of(call);
    return std::ranges::find(errnos, error) != errnos.end();
  };
  EXPECT_TRUE(has("connect()", ENODEV)) << "of a socket whose device is gone";
  EXPECT_FALSE(has("transfer", EBADF)) << "it takes no closed socket";
  for (const char* call : {"socket()", "setsockopt()", "listen()"})
    EXPECT_FALSE(has(call, EACCES)) << call;
  EXPECT_FALSE(has("setsockopt()", ENODEV)) << "SO_BINDTODEVICE is a key of socket";
}

// An int of the kernel, or 32 bits without a sign.
TEST(Options, HaveTheKernelsRange) {
  const auto value = [](const std::string& option, const std::string& number) {
    return last<SetOption>(cli + "  - setsockopt: {socket: cli, option: " + option +
                           ", value: " + number + "}\n")
        .value;
  };
  EXPECT_EQ(value("TCP_LINGER2", "-1"), -1);
  EXPECT_EQ(value("SO_MARK", "4294967295"), 4294967295);
  EXPECT_EQ(error_of(with_steps(
                cli + "  - setsockopt: {socket: cli, option: TCP_MAXSEG, value: 4294967295}\n")),
            "x.yaml:9:58: value is \"4294967295\"; write a number from -2147483648 to 2147483647");
  EXPECT_EQ(
      error_of(with_steps(cli + "  - setsockopt: {socket: cli, option: SO_MARK, value: -1}\n")),
      "x.yaml:9:55: value is \"-1\"; write a number from 0 to 4294967295");
}

TEST(Receive, ComparesNoDataThatTheKernelDiscards) {
  EXPECT_EQ(last<Receive>(cli + "  - receive: {socket: cli, bytes: 5, flags: [MSG_TRUNC]}\n").bytes,
            5);
  expect_each({
      {cli + "  - receive: {socket: cli, data: Hello, flags: [MSG_TRUNC]}\n",
       "9:14: MSG_TRUNC discards the data, so they cannot be compared; write bytes: instead of "
       "data:"},
      {cli + "  - receive: {socket: cli, data: Hello, flags: [MSG_WAITALL]}\n",
       "9:49: there is no flag of recv(2) \"MSG_WAITALL\"; choose one of MSG_PEEK, MSG_OOB, "
       "MSG_TRUNC, "
       "MSG_DONTWAIT"},
  });
}

TEST(Send, CountsBytesOrHasNone) {
  const auto of = [](const std::string& keys) {
    return last<Send>(cli + "  - send: {socket: cli, " + keys + "}\n");
  };
  EXPECT_EQ(of("bytes: 2000").data.bytes(), std::string(2000, 'x'));
  EXPECT_THAT(of("bytes: 1048576").data.text, testing::IsEmpty()) << "only a count is kept";
  EXPECT_FALSE(of("bytes: 2000").once());
  EXPECT_TRUE(of("data: \"\"").once());
  EXPECT_TRUE(of("data: Hello, flags: [MSG_MORE]").once());
  EXPECT_EQ(of("data: Hello, accepted: 3").accepted, 3);
  EXPECT_EQ(describe(of("bytes: 2000, flags: MSG_OOB, wait: false, accepted: 2000")),
            "send 2000 bytes on cli without waiting, MSG_OOB, 2000 accepted");
  expect_each({
      {cli + "  - send: {socket: cli}\n",
       "9:11: there is nothing to send; write data: Hello, bytes: 2000 or data: \"\""},
      {cli + "  - send: {socket: cli, data: x, bytes: 1}\n",
       "9:41: data has its own length; keep one of data and bytes"},
      {cli + "  - send: {socket: cli, data: x, accepted: 1, error: EPIPE}\n",
       "9:11: a send that fails accepts nothing; keep one of accepted and error"},
  });
}

}  // namespace
}  // namespace lab::parser
