// SPDX-License-Identifier: MIT
#include "net/nftables.hpp"

#include <gmock/gmock.h>

#include <cerrno>

#include "net/ping.hpp"
#include "unit/net/two_hosts.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class NftablesTest : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ROOT();
    hosts.emplace();
    try {
      server.emplace(hosts->server.space);
    } catch (const EnvironmentError& error) {
      GTEST_SKIP() << error.what();
    }
  }

  int outcome_of_connect(std::uint16_t port) {
    TcpSocket socket = hosts->client.socket(Family::inet);
    EXPECT_EQ(socket.connect(hosts->server.at(Family::inet, port)).error, EINPROGRESS);
    return socket.await_connected(shortly()).error;
  }

  std::optional<TwoHosts> hosts;
  std::optional<Nftables> server;
};

constexpr const char* drop_8888 = R"(table inet filter {
  chain in {
    type filter hook input priority 0
    ip saddr $client tcp dport 8888 counter drop comment "8888"
  }
}
)";

TEST_F(NftablesTest, AppliesRulesInOneNamespaceOnly) {
  ASSERT_EQ(server->run(drop_8888, {{"client", "10.0.0.1"}}), "");
  EXPECT_EQ(outcome_of_connect(8888), EINPROGRESS) << "the SYN was answered";
  EXPECT_EQ(outcome_of_connect(8889), ECONNREFUSED);
  EXPECT_THAT(server->packets_counted("inet filter in"), ElementsAre(Pair("8888", 1)));
  EXPECT_THAT(server->ruleset(), HasSubstr("ip saddr 10.0.0.1 tcp dport 8888"));
  EXPECT_EQ(Nftables(hosts->client.space).ruleset(), "");
}

TEST_F(NftablesTest, KeepsAVariableForOneRunOnly) {
  ASSERT_EQ(server->run(drop_8888, {{"client", "10.0.0.1"}}), "");
  EXPECT_THAT(server->run(drop_8888), HasSubstr("unknown identifier 'client'"));
}

TEST_F(NftablesTest, ReportsTheLineOfAMistakeAndChangesNothing) {
  const std::string error = server->run("table inet one {\n}\ntable inet two {\n  chian in {\n");
  EXPECT_THAT(error, testing::StartsWith("line 4:3-7: Error: syntax error"));
  EXPECT_THAT(error, HasSubstr("  chian in {\n  ^^^^^"));
  EXPECT_THAT(error, Not(HasSubstr("/proc/")));
  EXPECT_EQ(server->ruleset(), "");
}

TEST_F(NftablesTest, ReportsWhatTheKernelRefuses) {
  EXPECT_THAT(server->run("add rule inet nowhere in drop\n"),
              HasSubstr("No such file or directory"));
}

TEST_F(NftablesTest, KeepsAnOwnedTableUntilItsOwnerEnds) {
  {
    Nftables owner(hosts->server.space);
    ASSERT_EQ(owner.run("table inet owned {\n  flags owner\n}\n"), "");
    ASSERT_EQ(server->run("table inet other {\n}\n"), "");
    server->flush();
    EXPECT_THAT(server->ruleset(), HasSubstr("table inet owned"));
    EXPECT_THAT(server->ruleset(), Not(HasSubstr("table inet other")));
    EXPECT_THAT(server->run("delete table inet owned\n"), HasSubstr("Operation not permitted"));
  }
  EXPECT_EQ(server->ruleset(), "");
}

TEST_F(NftablesTest, ThrowsForCountersOfAMissingChain) {
  EXPECT_THROW(server->packets_counted("inet filter in"), EnvironmentError);
}

}  // namespace
}  // namespace lab
