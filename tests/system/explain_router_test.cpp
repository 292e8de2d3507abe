// SPDX-License-Identifier: MIT
//
// `explain --probe` where a router of this machine loses the SYN or its answer, and where the
// sender is behind one.
//
//   client eth0 10.0.0.1  ----  10.0.0.2 eth0 server eth1 172.30.0.1  ----  172.30.0.2 eth0 web
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "explain_firewall.hpp"
#include "explain_routed.hpp"

namespace lab::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Routed : public BesideAFirewall {
 protected:
  void SetUp() override {
    BesideAFirewall::SetUp();
    if (IsSkipped() || !hosts_) return;
    web_.emplace(hosts_->server, family());
    if (!run_in(client(),
                fmt::format("{} route add {} via {}", ip(), webs().address.str(), router())))
      GTEST_SKIP() << "there is no ip(8)";
    listener_.emplace(listening(web_->space, {Address::any(family()), webs().port}));
  }
  std::string ip() const { return ipv4() ? "ip" : "ip -6"; }
  std::string router() const { return servers().address.str(); }
  Endpoint webs() const { return web_->at(); }
  Said asked_at_web() { return explain(web_->space, clients(), webs(), {"--probe"}); }

  // What is named is what loses it: with the command that is printed, there is an answer.
  void expect_lost(const Said& said, const char* cause, const std::string& words) {
    const auto& probe = said.json["probe"];
    EXPECT_EQ(probe["cause"], cause) << said.text;
    EXPECT_EQ(probe["certain"], true) << said.text;
    EXPECT_THAT(probe["summary"].get<std::string>(), HasSubstr(words)) << said.text;
    ASSERT_EQ(probe["commands"].size(), 1U) << said.text;
    EXPECT_EQ(connect_errno(client(), webs()), EINPROGRESS);
    ASSERT_TRUE(run_printed(probe["commands"][0]));
    EXPECT_EQ(connect_errno(client(), webs()), 0) << said.text;
  }

  std::optional<Web> web_;
  std::optional<TcpSocket> listener_;
};
INSTANTIATE_TEST_SUITE_P(, Routed, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Routed, OneThatForwardsNothingLosesTheSyn) {
  write_sysctl(server(), ipv4() ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding", "0");
  expect_lost(
      asked_at_web(), "lost-on-the-way",
      ipv4() ? "eth0 (net.ipv4.ip_forward is 0)" : "eth0 (net.ipv6.conf.all.forwarding is 0)");
}

TEST_P(Routed, TheSenderIsToldTheSame) {
  write_sysctl(server(), ipv4() ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding", "0");
  expect_lost(explain(client(), {webs().str(), "--probe"}), "lost-on-the-way",
              "does not forward what comes in on eth0");
}

TEST_P(Routed, OneThatDoesNotForwardFromALinkLosesTheAnswer) {
  if (!ipv4()) GTEST_SKIP() << "over IPv6 conf.all alone decides";
  write_sysctl(server(), "net/ipv4/conf/eth1/forwarding", "0");
  expect_lost(asked_at_web(), "answer-lost", "eth1 (net.ipv4.conf.eth1.forwarding is 0)");
}

TEST_P(Routed, OneWithABlackholeForTheSenderLosesTheAnswer) {
  ASSERT_TRUE(
      run_in(server(), fmt::format("{} route add blackhole {}", ip(), clients().address.str())));
  expect_lost(asked_at_web(), "answer-lost", "\"blackhole " + clients().address.str());
}

TEST_P(Routed, OneWithAPolicyRuleForTheLinkLosesTheAnswer) {
  ASSERT_TRUE(run_in(server(), ip() + " rule add pref 7 iif eth1 blackhole"));
  expect_lost(asked_at_web(), "answer-lost", "\"rule 7: ");
}

TEST_P(Routed, OneWhoseFilterExpectsTheSenderElsewhereLosesTheSyn) {
  if (!ipv4()) GTEST_SKIP() << "IPv6 has no reverse path filter";
  write_sysctl(server(), "net/ipv4/conf/eth0/rp_filter", "1");
  ASSERT_TRUE(run_in(server(), fmt::format("ip route add {} via {} dev eth1",
                                           clients().address.str(), webs().address.str())));
  const Said said = asked_at_web();
  const auto& probe = said.json["probe"];
  EXPECT_EQ(probe["cause"], "lost-on-the-way") << said.text;
  EXPECT_THAT(probe["summary"].get<std::string>(), HasSubstr("reverse path filter"));
}

TEST_P(Routed, AnAnswerWhoseTtlRunsOutIsNamed) {
  write_sysctl(web_->space, ipv4() ? "net/ipv4/ip_default_ttl" : "net/ipv6/conf/eth0/hop_limit",
               "1");
  const Said said = asked_at_web();
  const auto& probe = said.json["probe"];
  EXPECT_EQ(probe["cause"], "answer-lost") << said.text;
  EXPECT_THAT(probe["summary"].get<std::string>(),
              AllOf(HasSubstr("time-exceeded"), HasSubstr(web_->gateway().str())));
}

// A published port of a container.
TEST_P(Routed, OneThatPublishesAPortAndForwardsNothingIsNamed) {
  const std::string nat = fmt::format(
      "table inet n {{ chain p {{ type nat hook prerouting priority dstnat; tcp dport {} dnat {} "
      "to {}; }}; }}",
      port, ipv4() ? "ip" : "ip6", webs().str());
  if (!firewall_->run(nat).empty()) GTEST_SKIP() << "this kernel has no NAT for nftables";
  if (ipv4()) {
    write_sysctl(server(), "net/ipv4/conf/eth1/forwarding", "0");
    const Said said = explain(server(), clients(), servers(), {"--probe"});
    EXPECT_EQ(said.json["probe"]["cause"], "answer-lost") << said.text;
    EXPECT_EQ(said.json["probe"]["certain"], true) << said.text;
    write_sysctl(server(), "net/ipv4/conf/eth1/forwarding", "1");
  }
  write_sysctl(server(), ipv4() ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding", "0");
  const Said said = explain(server(), clients(), servers(), {"--probe"});
  const auto& probe = said.json["probe"];
  EXPECT_EQ(probe["cause"], "lost-on-the-way") << said.text;
  EXPECT_EQ(probe["certain"], true) << said.text;
  EXPECT_THAT(probe["summary"].get<std::string>(), HasSubstr("sends it to " + webs().str()));
  ASSERT_EQ(probe["commands"].size(), 1U) << said.text;
  EXPECT_EQ(connect_errno(client(), servers()), EINPROGRESS);
  ASSERT_TRUE(run_printed(probe["commands"][0]));
  EXPECT_EQ(connect_errno(client(), servers()), 0);
}

// --- the sender's namespace ---

class Sender : public Reality {};
INSTANTIATE_TEST_SUITE_P(, Sender, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Sender, IsFoundByAnAddressOnItsLoopback) {
  const std::string ip = ipv4() ? "ip" : "ip -6", source = ipv4() ? "10.5.5.5" : "fd55::5";
  if (!run_in(client(), fmt::format("{} addr add {} dev lo", ip, source)))
    GTEST_SKIP() << "there is no ip(8)";
  await_address(hosts_->client.netlink, *Address::parse(source), soon());
  ASSERT_TRUE(run_in(server(), fmt::format("{} route add {} dev eth0", ip, source)));
  add_neighbour(hosts_->server.netlink, hosts_->server.end.index, *Address::parse(source),
                hosts_->client.end.mac);
  const TcpSocket socket = listening(server(), any());
  const Said said =
      explain(server(), {*Address::parse(source), client_port}, servers(), {"--probe"});
  EXPECT_EQ(said.status, 0) << said.text;
  EXPECT_EQ(said.json["probe"]["cause"], "listening") << said.text;
}

// Nobody has asked for its link-layer address yet.
TEST_P(Sender, IsTheOneThatALinkLeadsTo) {
  const Namespace impostor = make_impostor(clients().address);
  remove_neighbour(hosts_->server.netlink, hosts_->server.end.index, clients().address);
  if (!run_in(server(), "ip link set eth0 arp on") || !run_in(client(), "ip link set eth0 arp on"))
    GTEST_SKIP() << "there is no ip(8)";
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), clients(), servers(), {"--probe"});
  EXPECT_EQ(said.status, 0) << said.text;
  EXPECT_EQ(said.json["probe"]["cause"], "listening") << said.text;
}

}  // namespace
}  // namespace lab::test
