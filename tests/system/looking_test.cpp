// SPDX-License-Identifier: MIT
//
// The commands that look at this machine, as their user meets them: tables,
// lookup, watch, doctor, vm. The sockets are this test's own, in its namespace.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "program.hpp"
#include "terminal.hpp"
#include "util/fd.hpp"

namespace lab::test {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Ran orchestrator(std::vector<std::string> words, const How& how = {}) {
  words.insert(words.begin(), ORCHESTRATOR);
  return run(words, how);
}

How with(std::vector<std::string> environment) {
  How how;
  how.env = std::move(environment);
  return how;
}

json data_of(const std::vector<std::string>& words) {
  const Ran ran = orchestrator(words);
  const json data = json::parse(ran.out, nullptr, false);
  EXPECT_FALSE(data.is_discarded()) << ran.out << ran.err;
  return data;
}

// A TCP socket on a port of the kernel's choice.
struct Socket {
  Fd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  int port = 0;
  explicit Socket(int backlog = -1) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd.get(), plain, size), 0);
    if (backlog >= 0) {
      EXPECT_EQ(::listen(fd.get(), backlog), 0);
    }
    EXPECT_EQ(::getsockname(fd.get(), plain, &size), 0);
    port = ntohs(address.sin_port);
  }
  std::string end() const { return fmt::format("127.0.0.1:{}", port); }
};

// --- tables ---

TEST(Tables, NameTheProcessBehindAListener) {
  const Socket socket(7);
  const Ran ran = orchestrator({"tables", "listeners", socket.end()});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("LISTEN"), HasSubstr(socket.end()),
                    HasSubstr(fmt::format("(pid {}, fd {})", ::getpid(), socket.fd.get()))));
  const json data = data_of({"tables", "listeners", socket.end(), "-f", "json"});
  const json& row = data["tables"][0]["rows"].at(0);
  EXPECT_EQ(row["accept_queue_max"], 7);
  EXPECT_EQ(row["processes"][0]["pid"], ::getpid());
}

// By whoever can show it here; otherwise it is said that nobody can.
TEST(Tables, ShowWhatIsBoundAndNoMoreOrSayWhyNot) {
  const Socket socket;
  const json data = data_of({"tables", "bound", socket.end(), "-f", "json"});
  const json& table = data["tables"][0];
  if (table.contains("witness"))
    EXPECT_EQ(table["rows"].at(0)["role"], "nothing");
  else
    EXPECT_THAT(table["not_observed"], HasSubstr("6.8"));
}

TEST(Tables, SayThatNothingMatches) {
  const Socket socket(1);
  const Ran ran = orchestrator({"tables", socket.end(), "--state", "time-wait"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.err, HasSubstr(fmt::format("no socket matches TIME-WAIT {}", socket.end())));
}

TEST(Tables, KnowNoOtherStatesAndTables) {
  const Ran state = orchestrator({"tables", "--state", "listn"});
  EXPECT_EQ(state.status, 2);
  EXPECT_THAT(state.err, HasSubstr("did you mean LISTEN"));
  const Ran table = orchestrator({"tables", "ehsh"});
  EXPECT_EQ(table.status, 2);
  EXPECT_THAT(table.err, HasSubstr("did you mean ehash"));
  const Ran netns = orchestrator({"tables", "--netns", "no-such-namespace"});
  EXPECT_EQ(netns.status, 3);
}

// --- lookup ---

TEST(Lookup, TellsAListenerFromAPortThatIsBound) {
  const Socket listening(1), idle;
  const Ran hit = orchestrator({"lookup", "127.0.0.1:1", listening.end()});
  EXPECT_EQ(hit.status, 0) << hit.err;
  EXPECT_THAT(hit.out, AllOf(HasSubstr("CONN-REQUEST"), HasSubstr("tcp_conn_request()"),
                             HasSubstr(fmt::format("pid {}", ::getpid()))));
  const Ran miss = orchestrator({"lookup", "127.0.0.1:1", idle.end()});
  EXPECT_EQ(miss.status, 1);
  EXPECT_THAT(miss.out, HasSubstr("tcp_v4_send_reset()"));
}

TEST(Lookup, AnswersManyQuestionsInOneGo) {
  const Socket listening(1);
  const Ran ran = run({"sh", "-c",
                       fmt::format("printf '127.0.0.1:1 {0}\\n127.0.0.1:2 {0} dev lo\\n' | {1} "
                                   "lookup - -f json",
                                   listening.end(), ORCHESTRATOR)});
  EXPECT_EQ(ran.status, 0) << ran.err;
  const json data = json::parse(ran.out);
  ASSERT_EQ(data["answers"].size(), 2u);
  EXPECT_EQ(data["answers"][1]["tuple"]["device"], "lo");
}

TEST(Lookup, SaysWhatIsWrongWithAQuestion) {
  EXPECT_THAT(orchestrator({"lookup", "127.0.0.1:1"}).err, HasSubstr("SRC:PORT DST:PORT"));
  EXPECT_THAT(orchestrator({"lookup", "::1:1", "[::1]:2"}).err, HasSubstr("[fd00::1]:80"));
  const Ran device = orchestrator({"lookup", "127.0.0.1:1", "127.0.0.1:2", "--device", "l0"});
  EXPECT_EQ(device.status, 2);
  EXPECT_THAT(device.err, HasSubstr("did you mean lo"));
  EXPECT_EQ(orchestrator({"lookup", "-"}).status, 2);  // standard input is empty
}

// --- watch ---

TEST(Watch, WithoutATerminalNamesTables) {
  const Ran ran = orchestrator({"watch"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("orchestrator tables"));
}

class OnATerminal : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = why_no_terminal(); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_F(OnATerminal, WatchMarksWhatComesAndGoes) {
  // A long interval shows that the end of a socket is told of, and not found by looking.
  Terminal terminal(ORCHESTRATOR " watch listeners --interval 300ms", 100, 24);
  ASSERT_TRUE(terminal.await("1 listeners")) << terminal.screen();
  std::string end;
  {
    const Socket socket(1);
    end = socket.end();
    ASSERT_TRUE(terminal.await(end)) << terminal.screen();
  }
  EXPECT_TRUE(terminal.await_end_of(end)) << terminal.screen();
  terminal.press("q");
  EXPECT_TRUE(terminal.await("ended 0")) << terminal.screen();
}

TEST_F(OnATerminal, WatchIsToldOfASocketThatEnds) {
  auto socket = std::make_unique<Socket>(1);
  const std::string end = socket->end();
  Terminal terminal(ORCHESTRATOR " watch listeners --interval 1min", 100, 24);
  ASSERT_TRUE(terminal.await(end)) << terminal.screen();
  socket.reset();
  // Shown once more, struck: long before the minute is over.
  EXPECT_TRUE(terminal.await("- LISTEN-")) << terminal.screen();
  terminal.press("C-c");
  EXPECT_TRUE(terminal.await("ended 0")) << terminal.screen();
}

TEST_F(OnATerminal, WatchFiltersPausesAndFitsTheWindow) {
  const Socket one(1), other(1);
  Terminal terminal(ORCHESTRATOR " watch", 100, 24);
  ASSERT_TRUE(terminal.await(other.end())) << terminal.screen();
  terminal.type(fmt::format("/:{}", one.port));
  EXPECT_TRUE(terminal.await_end_of(other.end())) << terminal.screen();
  EXPECT_THAT(terminal.screen(), HasSubstr(one.end()));
  terminal.press("Enter");
  terminal.press("Escape");
  EXPECT_TRUE(terminal.await(other.end())) << terminal.screen();
  terminal.press("p");
  EXPECT_TRUE(terminal.await("PAUSED")) << terminal.screen();
  terminal.press("h");
  EXPECT_TRUE(terminal.await("Colours:")) << terminal.screen();
  terminal.resize(60, 40);
  EXPECT_TRUE(terminal.await("the kernel does not report bind()"))
      << terminal.screen();  // wrapped, and whole
  terminal.press("q");
  EXPECT_TRUE(terminal.await("ended 0")) << terminal.screen();
}

// A polite kill gives the terminal back, too.
TEST_F(OnATerminal, WatchGivesTheTerminalBackWhenItIsKilled) {
  Terminal terminal(ORCHESTRATOR " watch; echo code $?; stty -a | grep -o ' echo '", 100, 24);
  ASSERT_TRUE(terminal.await("1 listeners")) << terminal.screen();
  terminal.terminate();
  EXPECT_TRUE(terminal.await("code 143")) << terminal.screen();
  EXPECT_TRUE(terminal.await("ended 0")) << terminal.screen();  // grep found " echo "
  EXPECT_THAT(terminal.screen(), Not(HasSubstr("q quit")));
}

// --- doctor, vm ---

TEST(Doctor, FindsAWayOrSaysThatThereIsNone) {
  const Ran ran = orchestrator({"doctor", "--quick", "-f", "json"});
  const json data = json::parse(ran.out, nullptr, false);
  ASSERT_FALSE(data.is_discarded()) << ran.out << ran.err;
  EXPECT_EQ(ran.status, data["can_run"] == true ? 0 : 3);
  bool some_way = false;
  for (const json& way : data["ways"]) some_way |= way["open"] == true;
  EXPECT_EQ(data["can_run"], some_way);
}

TEST(Doctor, KnowsThatThereIsNoQemu) {
  const Ran ran = orchestrator({"doctor", "--quick"}, with({"LAB_QEMU=/no/such/program"}));
  EXPECT_THAT(ran.out, HasSubstr("LAB_QEMU=/no/such/program"));
}

TEST(Vm, KernelsAreThoseThatAreKnown) {
  const json data = data_of({"vm", "kernels", "-f", "json"});
  ASSERT_GE(data.size(), 2u);
  EXPECT_EQ(data[0]["known"], true);
}

TEST(Vm, StatusNamesTheCacheAndTheAccelerator) {
  const Ran ran =
      orchestrator({"vm", "status"}, with({"XDG_CACHE_HOME=/no/such/cache", "LAB_ACCEL=tcg"}));
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("/no/such/cache/tcp-lookup-lab"), HasSubstr("by LAB_ACCEL")));
}

TEST(Vm, ShellWithoutATerminalWantsACommand) {
  const Ran ran = orchestrator({"vm", "shell"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("vm shell -- "));
}

}  // namespace
}  // namespace lab::test
