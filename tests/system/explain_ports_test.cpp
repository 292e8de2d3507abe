// SPDX-License-Identifier: MIT
//
// `explain` against reality: the source ports of a connect() from here.
#include <gmock/gmock.h>

#include <cerrno>

#include "explain_fixture.hpp"
#include "program.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

class Ports : public Reality {
 protected:
  void SetUp() override {
    Reality::SetUp();
    if (hosts_) range("40000 40001");
  }
  void range(const std::string& ports) {
    write_sysctl(client(), "net/ipv4/ip_local_port_range", ports);
  }
  // connect() without bind(), as any client does.
  int connect_from_client(const Endpoint& to) {
    TcpSocket socket = TcpSocket::create(client(), family());
    const int error = socket.connect(to).error;
    return error == EINPROGRESS ? socket.await_connected(soon()).error : error;
  }
  void expect_exhausted(const std::string& word) {
    const Said said = explain(client(), {servers().str()});
    EXPECT_EQ(said.cause(), "no-free-port") << said.text;
    EXPECT_EQ(said.json["errno"], "EADDRNOTAVAIL");
    EXPECT_EQ(said.json["certain"], true) << said.text;
    EXPECT_EQ(said.status, 1);
    EXPECT_THAT(said.text, HasSubstr(word));
    EXPECT_EQ(connect_from_client(servers()), EADDRNOTAVAIL);
    // The other commands look, too, and need no port.
    const std::string netns =
        "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(client().fd());
    EXPECT_EQ(run({program(), "tables", "--netns", netns}).status, 0);
    EXPECT_EQ(
        run({program(), "lookup", servers(50000).str(), clients(7).str(), "--netns", netns}).status,
        1);
    // The remedy: a wider range.
    ASSERT_FALSE(said.json["commands"].empty());
    if (run_printed(said.json["commands"][0])) {
      EXPECT_EQ(connect_from_client(servers()), 0);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(, Ports, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Ports, ThatAreAllBound) {
  const TcpSocket server_socket = listening(server(), any());
  const TcpSocket one = bound(client(), any(40000)), other = bound(client(), any(40001));
  expect_exhausted("2 held by sockets that are bound or listen");
}

TEST_P(Ports, ThatAreAllReserved) {
  const TcpSocket server_socket = listening(server(), any());
  write_sysctl(client(), "net/ipv4/ip_local_reserved_ports", "40000-40001");
  expect_exhausted("2 reserved");
}

TEST_P(Ports, OfAListInWhichOneIsLeft) {
  const TcpSocket socket = listening(client(), any());
  write_sysctl(client(), "net/ipv4/ip_local_reserved_ports", "40000");
  const Said said = explain(client(), {clients(port).str()});
  EXPECT_EQ(said.cause(), "listening") << said.text;
  EXPECT_EQ(said.json["question"]["source"], clients(40001).str());
}

// A port serves each destination once.
// Of three ports connect() tries two.
TEST_P(Ports, OfAnOddNumberTheLastIsLeftOut) {
  const TcpSocket server_socket = listening(server(), any());
  const TcpSocket one = bound(client(), any(40000)), other = bound(client(), any(40001));
  range("40000 40002");
  expect_exhausted("the last, which connect() leaves out");
}

TEST_P(Ports, AreUsedUpForOneDestinationAndNotForAnother) {
  const TcpSocket socket = listening(server(), any()), other = listening(server(), any(port + 1));
  std::vector<TcpSocket> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(TcpSocket::create(client(), family()));
    ASSERT_EQ(clients.back().connect(servers()).error, EINPROGRESS);
    ASSERT_EQ(clients.back().await_connected(soon()).error, 0);
  }
  const Said said = explain(client(), {servers(port + 1).str()});
  EXPECT_EQ(said.cause(), "not-local") << said.text;
  EXPECT_EQ(said.json["certain"], false) << "that bind() does not hold them is not to be seen";
  EXPECT_EQ(connect_from_client(servers(port + 1)), 0);
  expect_exhausted("2 with a connection to it");
}

TEST_P(Ports, ASourceThatListensCannotBeBound) {
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), loopback(), loopback());
  EXPECT_EQ(said.cause(), "source-in-use") << said.text;
  TcpSocket same = TcpSocket::create(server(), family());
  ASSERT_TRUE(same.set_reuse_address(true).ok());
  EXPECT_EQ(same.bind(loopback()).error, EADDRINUSE);
}

TEST_P(Ports, AConnectionThatExistsIsNotMadeTwice) {
  const TcpSocket socket = listening(server(), any());
  const TcpSocket first = connected(server(), loopback(client_port), loopback());
  const Said said = explain(server(), loopback(client_port), loopback());
  expect_predicted(said, "source-in-use",
                   send({server(), server(), loopback(client_port), loopback()}));
}

// The sender may be the socket that has called bind(), or another one, which cannot have it.
TEST_P(Ports, ASourceThatIsBoundMakesTheVerdictUncertain) {
  const TcpSocket holder = bound(client(), clients());
  const Said said = explain(client(), clients(), servers());
  if (said.json["not_observed"].dump().find("source-held") == std::string::npos &&
      said.text.find("sock_diag lists them since 6.8") != std::string::npos)
    GTEST_SKIP() << "this kernel does not list sockets that are bound";
  EXPECT_EQ(said.json["certain"], false) << said.text;
  EXPECT_THAT(said.text, HasSubstr("EADDRINUSE"));
}

// A port that is assumed is one that the sender can have.
TEST_P(Ports, TheAssumedPortOfASenderElsewhereHasNoConnectionHere) {
  const TcpSocket socket = listening(server(), any());
  std::uint16_t first = 0;
  {
    const Said said = explain(server(), {servers().str(), "from", clients().address.str()});
    ASSERT_EQ(said.cause(), "listening") << said.text;
    const std::string source = said.json["question"]["source"];
    first = static_cast<std::uint16_t>(std::stoi(source.substr(source.rfind(':') + 1)));
  }
  const TcpSocket there = connected(client(), clients(first), servers());
  EXPECT_EQ(explain(server(), {servers().str(), "from", clients().address.str()}).cause(),
            "listening");
}

TEST_P(Ports, TheEphemeralRangeIsNoRiskWhereThePortIsHeld) {
  const TcpSocket holder = bound(client(), loopback(40000));
  EXPECT_EQ(explain(client(), {loopback(40000).str()}).text.find("self-connect-risk"),
            std::string::npos);
  range("40000 40000");
  EXPECT_EQ(connect_from_client(loopback(40000)), EADDRNOTAVAIL) << "not to itself, ever";
}

TEST_P(Ports, TheReservedPortsAreExtended) {
  write_sysctl(client(), "net/ipv4/ip_local_reserved_ports", "50000,50010-50020");
  const Said said = explain(client(), {loopback(40000).str()});
  for (const auto& finding : said.json["findings"])
    if (finding["id"] == "self-connect-risk") {
      if (!run_printed(finding["commands"][0])) GTEST_SKIP() << "there is no sysctl(8) here";
    }
  EXPECT_EQ(read_sysctl(client(), "net/ipv4/ip_local_reserved_ports"), "40000,50000,50010-50020")
      << said.text;
}

TEST_P(Ports, ASourceThatIsBoundMayBeSharedByTwoSocketsWithReuseAddress) {
  const TcpSocket socket = listening(server(), any());
  const std::vector<std::string> question{servers().str(), "from", clients().str(), "--uid", "0",
                                          "--mark",        "0",    "--reuseaddr"};
  for (const bool reuses : {false, true}) {
    SCOPED_TRACE(reuses);
    TcpSocket holder = TcpSocket::create(client(), family());
    ASSERT_TRUE(holder.set_reuse_address(reuses).ok());
    ASSERT_TRUE(holder.bind(clients()).ok());
    const Said said = explain(client(), question);
    EXPECT_EQ(said.json["certain"], reuses) << said.text;
    TcpSocket other = TcpSocket::create(client(), family());
    ASSERT_TRUE(other.set_reuse_address(true).ok());
    EXPECT_EQ(other.bind(clients()).ok(), reuses);
  }
}

}  // namespace
}  // namespace lab::test
