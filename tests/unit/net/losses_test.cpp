// SPDX-License-Identifier: MIT
#include "net/losses.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "unit/net/two_hosts.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

class LossesTest : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ROOT();
    hosts.emplace();
    try {
      losses.emplace(hosts->server.space, std::vector<std::string>{"lo", "eth0"});
    } catch (const EnvironmentError& error) {
      GTEST_SKIP() << error.what();
    }
  }

  Endpoint at_server(std::uint16_t port) { return hosts->server.at(GetParam(), port); }

  SegmentFilter to_server(const char* flags) {
    return {{hosts->client.at(GetParam(), 0).address},
            {at_server(0).address},
            0,
            80,
            *TcpFlags::parse(flags)};
  }

  // Nobody listens: a SYN that arrives is answered with RST.
  bool syn_arrives(std::uint16_t port) {
    TcpSocket socket = hosts->client.socket(GetParam());
    EXPECT_EQ(socket.connect(at_server(port)).error, EINPROGRESS);
    return socket.await_connected(shortly()).error == ECONNREFUSED;
  }

  std::optional<TwoHosts> hosts;
  std::optional<Losses> losses;
};
INSTANTIATE_TEST_SUITE_P(, LossesTest, testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(LossesTest, LosesExactlyTheNextOnes) {
  EXPECT_TRUE(losses->done());
  losses->lose(to_server("S"), 2);
  EXPECT_FALSE(losses->done());
  EXPECT_FALSE(syn_arrives(80));
  EXPECT_FALSE(losses->done());
  EXPECT_FALSE(syn_arrives(80));
  EXPECT_TRUE(losses->done());
  EXPECT_TRUE(syn_arrives(80));
  EXPECT_TRUE(syn_arrives(80));
}

TEST_P(LossesTest, LetsOthersPass) {
  losses->lose(to_server("S"), 1);
  EXPECT_TRUE(syn_arrives(81)) << "another port";
  losses->lose(to_server("S."), 1);
  losses->lose(to_server(""), 1);
  SegmentFilter elsewhere = to_server("S");
  elsewhere.sources = elsewhere.destinations;
  losses->lose(elsewhere, 1);
  EXPECT_FALSE(syn_arrives(80));
  EXPECT_TRUE(syn_arrives(80)) << "another filter took it";
}

TEST_P(LossesTest, FiltersAllPortsAndSeveralAddresses) {
  SegmentFilter filter = to_server("S");
  filter.sources.push_back(at_server(0).address);
  filter.destination_port = 0;
  losses->lose(filter, 1);
  EXPECT_FALSE(syn_arrives(81));
  EXPECT_TRUE(syn_arrives(81));
}

TEST_P(LossesTest, BeginsTheSecondLossAfterTheFirst) {
  losses->lose(to_server("S"), 1);
  losses->lose(to_server("S"), 1);
  EXPECT_FALSE(syn_arrives(80));
  EXPECT_FALSE(losses->done());
  EXPECT_FALSE(syn_arrives(80));
  EXPECT_TRUE(losses->done());
  EXPECT_TRUE(syn_arrives(80));
}

// RFC 9293, 3.8.1: what is lost is sent again.
TEST_P(LossesTest, LetsTcpRetransmitALostSyn) {
  TcpSocket listening = hosts->server.socket(GetParam());
  ASSERT_EQ(listening.bind(at_server(80)), Result{});
  ASSERT_EQ(listening.listen(1), Result{});
  losses->lose(to_server("S"), 1);
  TcpSocket client = hosts->client.socket(GetParam());
  ASSERT_EQ(client.connect(at_server(80)).error, EINPROGRESS);
  EXPECT_EQ(client.await_connected(soon()), Result{});
  EXPECT_EQ(client.info().total_retransmissions, 1u);
  EXPECT_TRUE(losses->done());
}

TEST_P(LossesTest, SurvivesAFlushByTheScenario) {
  losses->lose(to_server("S"), 1);
  Nftables scenario(hosts->server.space);
  scenario.flush();
  EXPECT_FALSE(syn_arrives(80));
  EXPECT_TRUE(losses->done());
}

}  // namespace
}  // namespace lab
