// SPDX-License-Identifier: MIT
//
// `explain --live` beside real refusals. Part of the binary explain_reality: it
// runs here by capture, and in the guests by the module's trace as well.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <sstream>

#include "explain_fixture.hpp"
#include "net/nftables.hpp"
#include "net/route.hpp"
#include "program.hpp"
#include "util/error.hpp"
#include "view/trace.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

// One that watches a namespace, and what it has told when it is asked to end.
class Watcher {
 public:
  explicit Watcher(const Namespace& space)
      : running_({program(), "explain", "--live", "-f", "json", "--netns",
                  fmt::format("/proc/{}/fd/{}", ::getpid(), space.fd())},
                 {}) {
    EXPECT_TRUE(running_.await_output("Watching", std::chrono::seconds(30)));
  }

  // Waits until it has told of something of that kind, and ends it.
  std::vector<nlohmann::json> told(const std::string& kind) {
    EXPECT_TRUE(running_.await_output(kind, std::chrono::seconds(30))) << "no " << kind;
    running_.kill(SIGINT);
    const Ran ran = running_.finish(std::chrono::seconds(30));
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("0 events lost"));
    text_ = ran.out + ran.err;
    std::vector<nlohmann::json> all;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }
  const std::string& text() const { return text_; }

 private:
  Running running_;
  std::string text_;
};

class Live : public Reality {
 protected:
  void SetUp() override {
    Reality::SetUp();
    if (!hosts_) return;
    impostor_.emplace(make_impostor(servers().address));
  }
  static std::string witness() { return module_is_wanted() ? "module" : "capture"; }

  // connect() that is refused; the socket stays open.
  TcpSocket refused() {
    TcpSocket socket = bound(client(), clients());
    EXPECT_EQ(socket.connect(servers()).error, EINPROGRESS);
    EXPECT_EQ(socket.await_connected(soon()).error, ECONNREFUSED);
    return socket;
  }

 private:
  std::optional<Namespace> impostor_;
};
INSTANTIATE_TEST_SUITE_P(, Live, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Live, TheServersSideTellsWhyItRefused) {
  const TcpSocket forgotten = bound(server(), any());
  Watcher watcher(server());
  const TcpSocket socket = refused();
  const auto told = watcher.told("reset-sent");
  ASSERT_EQ(told.size(), 1u) << watcher.text();
  EXPECT_EQ(told[0]["kind"], "reset-sent");
  EXPECT_EQ(told[0]["witness"], witness());
  EXPECT_EQ(told[0]["local"], servers().str());
  EXPECT_EQ(told[0]["remote"], clients().str());
  EXPECT_EQ(told[0]["answers"], "S");
  EXPECT_EQ(told[0]["cause"], "not-listening");
  EXPECT_THAT(told[0]["summary"], HasSubstr(fmt::format("fd {}", forgotten.fd())));
  EXPECT_THAT(told[0]["remote_process"], HasSubstr("network namespace"));
}

// The client's side: the server is in another namespace, and asked there.
TEST_P(Live, TheClientsSideTellsWhatItMet) {
  const TcpSocket forgotten = bound(server(), any());
  Watcher watcher(client());
  const TcpSocket socket = refused();
  const auto told = watcher.told("connect-failed");
  ASSERT_EQ(told.size(), 1u) << watcher.text();
  EXPECT_EQ(told[0]["local"], clients().str());
  EXPECT_EQ(told[0]["remote"], servers().str());
  EXPECT_EQ(told[0]["error"], "ECONNREFUSED");
  EXPECT_EQ(told[0]["cause"], "not-listening");
  // A socket that was refused is in no table any more; its cookie finds it.
  if (module_is_wanted()) {
    EXPECT_THAT(told[0]["local_process"], HasSubstr(fmt::format("fd {}", socket.fd())));
  }
}

// ICMP "port unreachable" has the errno of a RST.
TEST_P(Live, TheClientsSideNamesTheRuleThatRefusedItByIcmp) {
  const TcpSocket socket = listening(server(), any());
  std::optional<Nftables> firewall;
  try {
    firewall.emplace(server());
  } catch (const EnvironmentError& error) {
    GTEST_SKIP() << error.what();
  }
  ASSERT_EQ(firewall->run("table inet t { chain i { type filter hook input priority 0; tcp dport " +
                          std::to_string(port) + " reject; }; }"),
            "");
  Watcher watcher(client());
  const TcpSocket refusal = refused();
  const auto told = watcher.told("connect-failed");
  // One that comes while connect() holds the socket is left out; the next one counts.
  ASSERT_GE(told.size(), 1u) << watcher.text();
  EXPECT_EQ(told[0]["error"], "ECONNREFUSED");
  EXPECT_EQ(told[0]["cause"], "firewall") << watcher.text();
  EXPECT_THAT(told[0]["summary"], HasSubstr("reject' (handle"));
}

TEST_P(Live, WhereAllTracesAreTakenItCaptures) {
  if (!module_is_wanted()) GTEST_SKIP() << "there is no trace to be taken";
  std::vector<TraceHere> taken;
  do {
    taken.push_back(in(client(), [] { return Trace::open_here("client"); }));
  } while (taken.back().trace);
  EXPECT_THAT(taken.back().why_not, HasSubstr("end one of them"));
  Watcher watcher(client());
  const TcpSocket socket = refused();
  const auto told = watcher.told("connect-failed");
  ASSERT_EQ(told.size(), 1u) << watcher.text();
  EXPECT_EQ(told[0]["witness"], "capture");
  EXPECT_THAT(watcher.text(), HasSubstr("end one of them"));
}

TEST_P(Live, AConnectWithoutAnAnswerIsNotMissed) {
  if (!module_is_wanted()) GTEST_SKIP() << "a capture cannot see it";
  const TcpSocket listener = listening(server(), any(), 0);
  const TcpSocket waits = connected(server(), loopback(0), loopback());
  Watcher watcher(client());
  TcpSocket socket = bound(client(), clients());
  ASSERT_EQ(socket.connect(servers()).error, EINPROGRESS);
  socket.close();
  const auto told = watcher.told("connect-failed");
  ASSERT_EQ(told.size(), 1u) << watcher.text();
  EXPECT_THAT(told[0]["what"], HasSubstr("no answer to 1 SYN"));
  EXPECT_EQ(told[0]["cause"], "accept-queue-full");
}

TEST_P(Live, AConnectionThatIsResetIsToldAtBothEnds) {
  TcpSocket listener = listening(server(), any());
  TcpSocket peer = connected(client(), clients(), servers());
  const Accepted child = listener.accept(soon());
  Watcher here(server()), there(client());
  peer.abort();  // SO_LINGER 0
  const auto sent = there.told("reset-sent");
  const auto received = here.told("reset-received");
  ASSERT_EQ(sent.size(), 1u) << there.text();
  ASSERT_EQ(received.size(), 1u) << here.text();
  EXPECT_EQ(received[0]["local"], servers().str());
  EXPECT_FALSE(sent[0].contains("answers"));
  if (module_is_wanted()) {
    EXPECT_EQ(received[0]["error"], "ECONNRESET");
    EXPECT_EQ(received[0]["state"], "ESTABLISHED");
    EXPECT_THAT(received[0]["local_process"], HasSubstr(fmt::format("fd {}", child.socket->fd())));
    EXPECT_THAT(sent[0]["what"], HasSubstr("SO_LINGER"));
  }
}

TEST_P(Live, OverTheLoopbackBothEndsAreTold) {
  Watcher watcher(server());
  const Endpoint nobody = loopback();
  TcpSocket socket = bound(server(), loopback(client_port));
  const int error = socket.connect(nobody).error;
  EXPECT_TRUE(error == ECONNREFUSED || socket.await_connected(soon()).error == ECONNREFUSED);
  const auto told = watcher.told("connect-failed");
  ASSERT_EQ(told.size(), 2u) << watcher.text();
  EXPECT_EQ(told[0]["kind"], "reset-sent");
  EXPECT_EQ(told[0]["cause"], "nothing-bound");
  EXPECT_EQ(told[1]["kind"], "connect-failed");
  EXPECT_EQ(told[1]["error"], "ECONNREFUSED");
}

TEST(LiveMistakes, TakesNoTarget) {
  const Ran ran = run({program(), "explain", "--live", "127.0.0.1:80"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("--netns"));
}

}  // namespace
}  // namespace lab::test
