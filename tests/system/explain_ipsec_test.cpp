// SPDX-License-Identifier: MIT
//
// `explain` against reality: policies of IPsec, which drop segments and stand in no listing of a
// firewall.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cerrno>

#include "explain_fixture.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

class Ipsec : public Reality {
 protected:
  void SetUp() override {
    Reality::SetUp();
    if (!hosts_) return;
    if (!xfrm(server(), "list >/dev/null")) GTEST_SKIP() << "no ip(8), or no IPsec in this kernel";
  }
  static bool xfrm(const Namespace& space, const std::string& words) {
    return run_in(space, "ip xfrm policy " + words);
  }
  std::string whole(const Endpoint& end) const {
    return end.address.str() + (ipv4() ? "/32" : "/128");
  }
  // What was dropped is accepted once the command that was printed has run.
  void expect_the_command_helps(const Said& said) {
    EXPECT_EQ(said.json["certain"], true) << said.text;
    ASSERT_EQ(said.json["commands"].size(), 1U) << said.text;
    EXPECT_TRUE(run_printed(said.json["commands"][0]));
    expect_over_the_link("listening");
  }
};
INSTANTIATE_TEST_SUITE_P(, Ipsec, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Ipsec, APolicyThatBlocksWhatComesIn) {
  const TcpSocket socket = listening(server(), any());
  ASSERT_TRUE(xfrm(server(), fmt::format("add src {} dir in action block", whole(clients()))));
  expect_the_command_helps(expect_over_the_link("ipsec-policy"));
}

TEST_P(Ipsec, APolicyThatBlocksARst) {
  ASSERT_TRUE(xfrm(server(), fmt::format("add src {} dir in action block", whole(clients()))));
  EXPECT_EQ(expect_over_the_link("ipsec-policy").json["certain"], true);
}

TEST_P(Ipsec, APolicyThatBlocksTheAnswer) {
  const TcpSocket socket = listening(server(), any());
  ASSERT_TRUE(xfrm(server(), fmt::format("add dst {} dir out action block", whole(clients()))));
  expect_the_command_helps(expect_over_the_link("ipsec-policy"));
}

TEST_P(Ipsec, APolicyThatBlocksWhatLeaves) {
  const TcpSocket socket = listening(client(), any());
  ASSERT_TRUE(xfrm(server(), fmt::format("add dst {} dir out action block", whole(clients()))));
  const Said said = explain(server(), {clients(port).str()});
  expect_predicted(said, "ipsec-policy", send({server(), server(), any(0), clients(port)}));
  EXPECT_EQ(said.json["errno"], "EPERM");
  EXPECT_EQ(said.json["certain"], true) << said.text;
}

TEST_P(Ipsec, APolicyOfAnotherPortOrProtocolDoesNothing) {
  const TcpSocket socket = listening(server(), any());
  ASSERT_TRUE(xfrm(server(), fmt::format("add src {} proto tcp dport {} dir in action block",
                                         whole(clients()), port + 1)));
  ASSERT_TRUE(
      xfrm(server(), fmt::format("add src {} proto udp dir in action block", whole(clients()))));
  EXPECT_EQ(expect_over_the_link("listening").json["certain"], true);
}

TEST_P(Ipsec, TheLowestPriorityValueCounts) {
  const TcpSocket socket = listening(server(), any());
  ASSERT_TRUE(xfrm(server(), fmt::format("add src {} dir in action block priority 20",
                                         whole(clients()))));
  ASSERT_TRUE(xfrm(server(), fmt::format("add src {} proto tcp dir in action allow priority 10",
                                         whole(clients()))));
  EXPECT_EQ(expect_over_the_link("listening").json["certain"], true);
}

TEST_P(Ipsec, APolicyThatDemandsEncryptionMakesTheVerdictUncertain) {
  const TcpSocket socket = listening(server(), any());
  ASSERT_TRUE(xfrm(server(), fmt::format("add src {} dir in tmpl proto esp mode transport",
                                         whole(clients()))));
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.json["certain"], false) << said.text;
  EXPECT_THAT(said.text, HasSubstr("encrypted"));
}

TEST_P(Ipsec, APolicyThatLooksAtAMarkMakesTheVerdictUncertain) {
  const TcpSocket socket = listening(server(), any());
  ASSERT_TRUE(xfrm(server(), fmt::format("add src {} dir in mark 7 mask 255 action block",
                                         whole(clients()))));
  EXPECT_EQ(explain(server(), clients(), servers()).json["certain"], false);
}

// lo is exempt over IPv4 (net.ipv4.conf.lo.disable_xfrm), and not over IPv6.
TEST_P(Ipsec, OverLoAPolicyCountsOnlyForIpv6) {
  const TcpSocket socket = listening(server(), any());
  ASSERT_TRUE(xfrm(server(), fmt::format("add dst {} dir out action block", whole(loopback()))));
  expect_on_loopback(ipv4() ? "listening" : "ipsec-policy");
}

// Kernels before 5.15 have no such default.
TEST_P(Ipsec, TheDefaultPolicyMayBlock) {
  if (!xfrm(server(), "setdefault in block")) GTEST_SKIP() << "no default policies here";
  const TcpSocket socket = listening(server(), any());
  expect_the_command_helps(expect_over_the_link("ipsec-policy"));
}

}  // namespace
}  // namespace lab::test
