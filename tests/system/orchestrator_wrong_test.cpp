// SPDX-License-Identifier: MIT
//
// Each kind of expectation, in a scenario that is wrong in just that: it fails, and
// the message says what was expected and what was seen. Those of the module are
// played in a guest (lookup, path); the others in this kernel, as root.
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "program.hpp"
#include "series.hpp"
#include "util/temporary_folder.hpp"

namespace lab::test {
namespace {

using testing::HasSubstr;

// A listener, a client that connects, and the connection; then what is wrong.
std::string scenario(const std::string& wrong) {
  return R"(name: wrong
title: One expectation that does not hold
families: ipv4
deadline: 500ms
topology:
  hosts: {client: , server: }
  links: [{endpoints: ["client:eth0", "server:eth0"]}]
steps:
  - socket: {name: srv, host: server}
  - bind: {socket: srv, to: "any:8888"}
  - listen: {socket: srv}
  - socket: {name: cli, host: client}
  - bind: {socket: cli, to: "client:40000"}
  - connect: {socket: cli, to: "server:8888"}
  - accept: {socket: srv, name: conn}
)" + wrong;
}

struct Case {
  std::string name;
  std::string wrong;  // steps
  std::string expected, seen;
};
void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

// Lines are wrapped at a width that depends on nothing but COLUMNS.
Ran play(const std::string& steps, const std::vector<std::string>& where) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "wrong.yaml";
  std::ofstream(path) << scenario(steps);
  std::vector<std::string> argv{ORCHESTRATOR, "run", path};
  argv.insert(argv.end(), where.begin(), where.end());
  How how;
  how.env = {"COLUMNS=1000"};
  return run(argv, how);
}

class WrongHere : public testing::TestWithParam<Case> {};
class WrongInAGuest : public testing::TestWithParam<Case> {};

void expect_failure(const Ran& ran, const Case& each) {
  EXPECT_EQ(ran.status, 1) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr(each.expected));
  EXPECT_THAT(ran.out, HasSubstr(each.seen));
  EXPECT_THAT(ran.out, HasSubstr("wrong.yaml:"));
}

TEST_P(WrongHere, IsReported) {
  if (::geteuid() != 0) GTEST_SKIP() << "hosts need root";
  expect_failure(play(GetParam().wrong, {"--where", "here"}), GetParam());
}

const std::vector<Case> here = {
    {"errno", "  - connect: {socket: cli, to: \"server:8888\", error: ECONNREFUSED}\n",
     "expected ECONNREFUSED", "saw success"},
    {"data", "  - send: {socket: cli, data: Hello}\n  - receive: {socket: conn, data: Howdy}\n",
     "recv() expected \"Howdy\"", "\"Hello\""},
    {"end", "  - send: {socket: cli, data: Hello}\n  - receive: {socket: conn, end: true}\n",
     "expected the end of the stream", "saw \"H\""},
    {"option", "  - getsockopt: {socket: cli, option: TCP_NODELAY, value: 1}\n",
     "getsockopt() expected 1", "saw 0"},
    {"info", "  - info: {socket: cli, state: SYN-SENT}\n", "SYN-SENT", "ESTABLISHED"},
    {"table", "  - tables: {host: server, witness: sock_diag, ehash: []}\n",
     "ehash on server shows exactly no row", "conn ESTABLISHED"},
    {"row-that-must-be-there",
     "  - tables: {host: server, witness: sock_diag, ehash: {has: [{state: TIME-WAIT}]}}\n",
     "TIME-WAIT", "conn ESTABLISHED"},
    {"row-that-must-not",
     "  - tables: {host: server, witness: sock_diag, listeners: {lacks: [{socket: srv}]}}\n", "srv",
     "srv LISTEN"},
    {"packets",
     "  - packets: {host: client, are: [\"client > server S\", \"server > client R.\"]}\n",
     "segment 2, flags: expected server > client R.", "saw server > client S."},
    {"packets-no-more", "  - packets: {host: client, are: [\"client > server S\"]}\n",
     "expected no more", "saw server > client S."},
    {"packets-never", "  - packets: {host: client, never: [\"server > client S.\"]}\n",
     "server > client S.", "saw"},
    {"option-of-a-segment", "  - packets: {host: client, has: [\"client > server S mss 9\"]}\n",
     "MSS: expected client > server S mss 9", "saw client > server S seq 0 length 0"},
    {"exit-code", "  - exec: {host: server, run: [\"/bin/false\"]}\n", "expected", "1"},
    {"output", "  - exec: {host: server, run: [\"/bin/echo\", Hello], output: Howdy}\n", "Howdy",
     "Hello"},
};
INSTANTIATE_TEST_SUITE_P(Each, WrongHere, testing::ValuesIn(here), [](const auto& each) {
  std::string name = each.param.name;
  std::erase(name, '-');
  return name;
});

TEST_P(WrongInAGuest, IsReported) {
  const auto series = series_of(SERIES);
  if (series.empty()) GTEST_SKIP() << "no kernel has been fetched";
  expect_failure(play(GetParam().wrong, {"--where", "vm", "--kernel", series.front()}), GetParam());
}

const std::vector<Case> in_a_guest = {
    {"lookup",
     "  - lookup: {host: server, from: \"client:40001\", to: \"server:8888\", verdict: RST}\n",
     "the verdict is RST", "it is CONN-REQUEST"},
    {"path",
     "  - path: {host: server, segment: \"client > server S\", passes: [tcp_v4_send_reset]}\n",
     "reaches tcp_v4_send_reset", "it does not; its path: "},
    {"path-never",
     "  - path: {host: server, segment: \"client > server S\", never: [tcp_conn_request]}\n",
     "does not reach tcp_conn_request", "saw tcp_conn_request request"},
};
INSTANTIATE_TEST_SUITE_P(Each, WrongInAGuest, testing::ValuesIn(in_a_guest), [](const auto& each) {
  std::string name = each.param.name;
  std::erase(name, '-');
  return name;
});

}  // namespace
}  // namespace lab::test
