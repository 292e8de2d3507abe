// SPDX-License-Identifier: MIT
//
// `explain` against reality: whether what leaves finds its next hop, and the SYN this host.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cerrno>

#include "explain_firewall.hpp"
#include "net/neighbour.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

class Neighbour : public BesideAFirewall {
 protected:
  void SetUp() override {
    BesideAFirewall::SetUp();
    if (!firewall_) return;
    if (!run_in(server(), "ip route show >/dev/null")) GTEST_SKIP() << "there is no ip(8) here";
    ip_ = ipv4() ? "ip" : "ip -6";
    stranger_ = {*Address::parse(ipv4() ? "192.0.2.1" : "2001:db8::1"), client_port};
    dead_ = *Address::parse(ipv4() ? "10.0.0.254" : "fd00::254");
    for (TestHost* host : {&hosts_->client, &hosts_->server}) {
      // The links of the lab do without, and forget their entries when they no longer do.
      ASSERT_TRUE(run_in(host->space, "ip link set eth0 arp on"));
    }
    know(hosts_->client, hosts_->server);
    know(hosts_->server, hosts_->client);
  }
  // ARP and neighbour discovery of the client, before the SYN is sent again.
  void give_up_soon() {
    write_sysctl(client(),
                 fmt::format("net/{}/neigh/eth0/retrans_time_ms", ipv4() ? "ipv4" : "ipv6"), "50");
  }
  void know(TestHost& host, const TestHost& peer) {
    add_neighbour(host.netlink, host.end.index, peer.at(family(), 0).address, peer.end.mac);
  }
  bool ip(const Namespace& space, const std::string& words) {
    return run_in(space, ip_ + " " + words);
  }
  // The client has the address, and the server's route to it is over a gateway.
  void add_stranger(const Address& gateway) {
    add_address(hosts_->client.netlink, hosts_->client.end.index, stranger_.address,
                ipv4() ? 32 : 128);
    await_address(hosts_->client.netlink, stranger_.address, soon());
    ASSERT_TRUE(ip(server(), fmt::format("route add {} via {} dev eth0", stranger_.address.str(),
                                         gateway.str())));
  }
  void forget_each_other() {
    remove_neighbour(hosts_->client.netlink, hosts_->client.end.index, servers().address);
    remove_neighbour(hosts_->server.netlink, hosts_->server.end.index, clients().address);
  }
  static void expect_doubt(const Said& said, const std::string& why) {
    EXPECT_EQ(said.json["certain"], false) << said.text;
    EXPECT_THAT(said.json["uncertain_because"].dump(), HasSubstr(why)) << said.text;
  }

  std::string ip_;
  Endpoint stranger_;
  Address dead_;
};
INSTANTIATE_TEST_SUITE_P(, Neighbour, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Neighbour, OfTheAnswerMayBeADeadGateway) {
  const TcpSocket socket = listening(server(), any());
  add_stranger(dead_);
  const Said said = explain(server(), stranger_, servers());
  EXPECT_EQ(said.cause(), "listening") << said.text;
  expect_doubt(said, dead_.str() + ", the next hop of the answer");
  const Said probed = explain(server(), stranger_, servers(), {"--probe"});
  EXPECT_EQ(probed.json["probe"]["cause"], "no-neighbour-for-answer") << probed.text;
  EXPECT_EQ(probed.json["probe"]["certain"], true) << probed.text;
  EXPECT_THAT(probed.json["probe"]["remedy"].get<std::string>(), HasSubstr("gateway"));
  EXPECT_EQ(send({client(), server(), stranger_, servers()}).answer, "nothing");
  expect_doubt(explain(server(), stranger_, servers()), "has not before");
}

TEST_P(Neighbour, OfTheAnswerIsAGatewayThatIsKnown) {
  const TcpSocket socket = listening(server(), any());
  add_stranger(clients().address);
  const Said said = explain(server(), stranger_, servers());
  EXPECT_EQ(said.json["certain"], true) << said.text;
  expect_predicted(said, "listening", send({client(), server(), stranger_, servers()}));
}

TEST_P(Neighbour, MayTakeOffTheLastHop) {
  const TcpSocket socket = listening(server(), any());
  add_stranger(clients().address);
  write_sysctl(server(), ipv4() ? "net/ipv4/ip_default_ttl" : "net/ipv6/conf/eth0/hop_limit", "1");
  expect_doubt(explain(server(), stranger_, servers()), "of 1");
  ASSERT_TRUE(ip(server(), fmt::format("route change {} via {} dev eth0 hoplimit 64",
                                       stranger_.address.str(), clients().address.str())));
  EXPECT_EQ(explain(server(), stranger_, servers()).json["certain"], true);
}

TEST_P(Neighbour, OfARefusalMayBeADeadGateway) {
  add_stranger(dead_);
  const Said said = explain(server(), stranger_, servers());
  EXPECT_EQ(said.answer(), "rst") << said.text;
  expect_doubt(said, dead_.str());
  EXPECT_EQ(send({client(), server(), stranger_, servers()}).answer, "nothing");
}

TEST_P(Neighbour, OfTheSynMayBeADeadGateway) {
  give_up_soon();
  const Endpoint far{stranger_.address, port};
  ASSERT_TRUE(
      ip(client(), fmt::format("route add {} via {} dev eth0", far.address.str(), dead_.str())));
  const Said said = explain(client(), {far.str()});
  EXPECT_THAT(said.json["summary"].get<std::string>(), HasSubstr("if " + dead_.str() + " answers"));
  EXPECT_EQ(said.json["certain"], true) << said.text;
  const Happened happened = send({client(), client(), any(0), far});
  expect_predicted(said, "not-local", happened);
  EXPECT_EQ(happened.error, EHOSTUNREACH);
  expect_doubt(explain(client(), {far.str()}), "the next hop of the SYN");
}

// Of the client the server knows all, and the client of the server nothing.
TEST_P(Neighbour, ARuleMayHideThisHost) {
  give_up_soon();
  const TcpSocket socket = listening(server(), any());
  forget_each_other();
  EXPECT_EQ(explain(server(), clients(), servers()).json["certain"], true);
  rules(ipv4() ? "table arp t { chain i { type filter hook input priority 0; arp operation request "
                 "drop; }; }"
               : "table ip6 t { chain i { type filter hook input priority 0; icmpv6 type "
                 "nd-neighbor-solicit drop; }; }");
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.cause(), "listening") << said.text;
  expect_doubt(said, "whether the SYN comes at all");
  const Happened happened = send({client(), client(), clients(), servers()});
  EXPECT_NE(happened.answer, "syn-ack");
  EXPECT_EQ(happened.error, EHOSTUNREACH);
  const Said probed = explain(server(), clients(), servers(), {"--probe"});
  EXPECT_EQ(probed.json["probe"]["cause"], "no-neighbour") << probed.text;
  EXPECT_EQ(probed.json["probe"]["certain"], false) << probed.text;
  EXPECT_THAT(probed.json["probe"]["remedy"].get<std::string>(), HasSubstr("a rule may drop it"));
}

TEST_P(Neighbour, ARuleMayHideThisHostWhereItAnswers) {
  give_up_soon();
  const TcpSocket socket = listening(server(), any());
  forget_each_other();
  rules(ipv4() ? "table arp t { chain o { type filter hook output priority 0; arp operation reply "
                 "drop; }; }"
               : "table inet t { chain o { type filter hook output priority 0; icmpv6 type "
                 "nd-neighbor-advert drop; }; }");
  expect_doubt(explain(server(), clients(), servers()), "whether the SYN comes at all");
  EXPECT_NE(send({client(), client(), clients(), servers()}).answer, "syn-ack");
}

// A firewall that is closed and knows of neighbour discovery hides nothing.
TEST_P(Neighbour, AFirewallThatLetsDiscoveryPassIsNoDoubt) {
  const TcpSocket socket = listening(server(), any());
  forget_each_other();
  rules(
      "table inet t { chain i { type filter hook input priority 0; policy drop; ct state "
      "established,related accept; icmpv6 type { nd-router-advert, nd-neighbor-solicit, "
      "nd-neighbor-advert } accept; tcp dport 8888 accept; }; }");
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.json["certain"], true) << said.text;
  expect_predicted(said, "listening", send({client(), server(), clients(), servers()}));
}

}  // namespace
}  // namespace lab::test
