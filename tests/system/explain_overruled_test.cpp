// SPDX-License-Identifier: MIT
//
// `explain` against reality: policy rules that come before the table "local", and routes over lo.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cerrno>
#include <chrono>

#include "explain_fixture.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

class Overruled : public Reality {
 protected:
  void SetUp() override {
    Reality::SetUp();
    if (!hosts_) return;
    ip_ = ipv4() ? "ip" : "ip -6";
    if (!run_in(server(), "ip route show >/dev/null")) GTEST_SKIP() << "there is no ip(8) here";
    nowhere_ = {*Address::parse(ipv4() ? "192.0.2.1" : "2001:db8::1"), port};
  }
  bool ip(const Namespace& space, const std::string& words) {
    return run_in(space, ip_ + " " + words);
  }
  // As people do who want to see local traffic elsewhere.
  void put_before_local(const std::string& rule) {
    ASSERT_TRUE(ip(server(), "rule add pref 100 lookup local"));
    ASSERT_TRUE(ip(server(), "rule del pref 0"));
    ASSERT_TRUE(ip(server(), "rule add pref 7 " + rule));
  }
  void send_through_the_server() {
    write_sysctl(server(), ipv4() ? "net/ipv4/icmp_ratelimit" : "net/ipv6/icmp/ratelimit", "0");
    ASSERT_TRUE(ip(client(), fmt::format("route add {} via {}", nowhere_.address.str(),
                                         servers().address.str())));
  }
  void forward() {
    write_sysctl(server(), fmt::format("net/{}/conf/all/forwarding", ipv4() ? "ipv4" : "ipv6"),
                 "1");
  }

  // Of connect(); 0: it succeeds, EINPROGRESS: no answer, and the SYN was sent again. What is seen
  // on lo and not by the sender does not matter.
  static int errno_of(const Namespace& from, const Endpoint& source, const Endpoint& destination) {
    TcpSocket socket = bound(from, source);
    if (const int error = socket.connect(destination).error; error != EINPROGRESS) return error;
    for (const Deadline deadline = soon(); !deadline.passed();) {
      constexpr std::chrono::milliseconds look_again{50};
      const int error = socket.await_connected(Deadline(look_again)).error;
      if (error != EINPROGRESS) return error;
      // An ICMP error may come with the second SYN.
      if (socket.info().total_retransmissions > 1) return error;
    }
    return ETIME;
  }

  std::string ip_;
  Endpoint nowhere_;
};
INSTANTIATE_TEST_SUITE_P(, Overruled, ::testing::Values(Family::inet, Family::inet6), name_of);

// It is sent back where it came from.
TEST_P(Overruled, ByARuleForTheInterfaceThatLeadsElsewhere) {
  const TcpSocket socket = listening(server(), any());
  forward();
  ASSERT_TRUE(ip(server(), "route add default dev eth0 table 100"));
  put_before_local("iif eth0 lookup 100");
  ASSERT_TRUE(ip(server(), "rule add pref 8 iif eth7 lookup 100"));
  const Said said = explain(server(), clients(), servers(), {"--device", "eth0"});
  EXPECT_EQ(said.cause(), "not-local") << said.text;
  EXPECT_EQ(said.answer(), "elsewhere");
  EXPECT_THAT(said.json["summary"].get<std::string>(),
              HasSubstr("rule 7: from all iif eth0 lookup 100"));
  EXPECT_NE(errno_of(client(), clients(), servers()), 0);
  // What the server sends to itself has come in on no interface.
  expect_within("listening", servers(client_port), servers());
  ASSERT_EQ(said.json["commands"].size(), 1U) << said.text;
  EXPECT_TRUE(run_printed(said.json["commands"][0]));
  expect_over_the_link("listening");
}

TEST_P(Overruled, ByARuleForTheInterfaceThatRefuses) {
  const TcpSocket socket = listening(server(), any());
  forward();
  put_before_local("iif eth0 blackhole");
  ASSERT_TRUE(ip(server(), "rule add pref 8 iif eth7 blackhole"));
  const Said said = explain(server(), clients(), servers(), {"--device", "eth0"});
  EXPECT_EQ(said.cause(), "blackhole-route") << said.text;
  EXPECT_THAT(said.json["summary"].get<std::string>(), HasSubstr("rule 7: from all iif eth0"));
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_EQ(send({client(), server(), clients(), servers()}).answer, "nothing");
  expect_within("listening", servers(client_port), servers());
}

// What is sent here comes in on lo, for policy rules.
TEST_P(Overruled, ByARuleForWhatIsSentHere) {
  const TcpSocket socket = listening(server(), any());
  put_before_local(
      fmt::format("iif lo to {} ipproto tcp dport {} prohibit", servers().address.str(), port));
  const Said said = explain(server(), servers(client_port), servers());
  expect_predicted(said, "prohibit-route",
                   send({server(), server(), servers(client_port), servers()}));
  EXPECT_EQ(said.json["certain"], true) << said.text;
  expect_over_the_link("listening");
}

TEST_P(Overruled, ByARuleForTheSendersOwnAddress) {
  const TcpSocket socket = listening(server(), any());
  ASSERT_TRUE(ip(server(), "route add default dev eth0 table 100"));
  put_before_local(fmt::format("iif lo to {} ipproto tcp lookup 100", servers().address.str()));
  const Said said = explain(server(), servers(client_port), servers());
  EXPECT_EQ(said.json["question"]["local_sender"], true) << said.text;
  EXPECT_THAT(said.json["summary"].get<std::string>(), HasSubstr("rule 7: from all to"));
  EXPECT_NE(send({server(), server(), servers(client_port), servers()}).answer, "syn-ack");
}

// The SYN is delivered, and its answer leaves.
TEST_P(Overruled, ByARuleForTheAnswerAlone) {
  const TcpSocket socket = listening(server(), any());
  const Endpoint second{*Address::parse(ipv4() ? "10.0.0.22" : "fd00::22"), port};
  add_address(hosts_->server.netlink, hosts_->server.end.index, second.address, ipv4() ? 24 : 64);
  await_address(hosts_->server.netlink, second.address, soon());
  ASSERT_TRUE(ip(server(), "route add default dev eth0 table 100"));
  put_before_local(fmt::format("to {} lookup 100", servers().address.str()));
  const Said said = explain(server(), servers(client_port), second);
  EXPECT_EQ(said.json["certain"], false) << said.text;
  EXPECT_THAT(said.json["uncertain_because"].dump(), HasSubstr("leaves by eth0"));
  EXPECT_EQ(errno_of(server(), servers(client_port), second), EINPROGRESS);
}

// What does not forward says EHOSTUNREACH of all that it does not take (ip_route_input_slow()).
TEST_P(Overruled, ByARuleThatRefusesWhereNothingIsForwarded) {
  const TcpSocket socket = listening(server(), any());
  put_before_local("iif eth0 blackhole");
  const Said said = explain(server(), clients(), servers(), {"--device", "eth0"});
  EXPECT_EQ(said.cause(), ipv4() ? "not-local" : "blackhole-route") << said.text;
  EXPECT_EQ(said.answer(), "nothing");
  EXPECT_THAT(said.json["summary"].get<std::string>(), HasSubstr("rule 7: from all iif eth0"));
  EXPECT_EQ(errno_of(client(), clients(), servers()), EINPROGRESS);
}

TEST_P(Overruled, ByARuleOfTheSameNumber) {
  const TcpSocket socket = listening(server(), any());
  forward();
  ASSERT_TRUE(ip(server(), "rule add pref 0 iif eth0 blackhole"));
  expect_over_the_link("listening");
  ASSERT_TRUE(ip(server(), "rule del pref 0 lookup local"));
  ASSERT_TRUE(ip(server(), "rule add pref 0 lookup local"));
  const Said said = explain(server(), clients(), servers(), {"--device", "eth0"});
  expect_predicted(said, "blackhole-route", send({client(), server(), clients(), servers()}));
}

// --- routes over lo ---

TEST_P(Overruled, ARouteOverLoOfTheSender) {
  ASSERT_TRUE(ip(server(), fmt::format("route add {} dev lo", nowhere_.address.str())));
  const Said said = explain(server(), {nowhere_.str()});
  const Happened happened = send({server(), server(), any(0), nowhere_});
  expect_predicted(said, "route-over-lo", happened);
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_EQ(happened.error, ipv4() ? 0 : ENETUNREACH);
  EXPECT_EQ(said.answer(), ipv4() ? "nothing" : "icmp") << said.text;
  const Said probed = explain(server(), {nowhere_.str(), "--probe"});
  EXPECT_EQ(probed.json["probe"]["as_predicted"], true) << probed.text;
  EXPECT_EQ(probed.json["probe"]["cause"], "route-over-lo") << probed.text;
}

TEST_P(Overruled, ARouteOverLoOfARouter) {
  forward();
  send_through_the_server();
  ASSERT_TRUE(ip(server(), fmt::format("route add {} dev lo", nowhere_.address.str())));
  const Said said = explain(server(), clients(), nowhere_, {"--device", "eth0"});
  EXPECT_EQ(said.cause(), "route-over-lo") << said.text;
  EXPECT_EQ(said.answer(), "icmp");
  EXPECT_EQ(said.json["errno"], ipv4() ? "EHOSTUNREACH" : "ENETUNREACH");
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_EQ(errno_of(client(), clients(), nowhere_), ipv4() ? EHOSTUNREACH : ENETUNREACH);
}

// The route of IPv6 refuses even where nothing is forwarded.
TEST_P(Overruled, ARouteOverLoOfAHostThatIsNoRouter) {
  send_through_the_server();
  ASSERT_TRUE(ip(server(), fmt::format("route add {} dev lo", nowhere_.address.str())));
  const Said said = explain(server(), clients(), nowhere_, {"--device", "eth0"});
  expect_predicted(said, ipv4() ? "not-local" : "route-over-lo",
                   send({client(), server(), clients(), nowhere_}));
  EXPECT_EQ(said.json["certain"], true) << said.text;
}

TEST_P(Overruled, ARouteBackOverLo) {
  const TcpSocket socket = listening(server(), any());
  const Endpoint stranger{nowhere_.address, client_port};
  add_address(hosts_->client.netlink, hosts_->client.end.index, stranger.address,
              ipv4() ? 32 : 128);
  await_address(hosts_->client.netlink, stranger.address, soon());
  if (ipv4()) {
    write_sysctl(server(), "net/ipv4/conf/all/rp_filter", "0");
    write_sysctl(server(), "net/ipv4/conf/eth0/rp_filter", "0");
  }
  ASSERT_TRUE(ip(server(), fmt::format("route add {} dev lo", stranger.address.str())));
  const Said said = explain(server(), stranger, servers(), {"--device", "eth0"});
  EXPECT_EQ(said.cause(), "no-return-route") << said.text;
  EXPECT_EQ(said.answer(), "nothing");
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_EQ(errno_of(client(), stranger, servers()), EINPROGRESS);
}

}  // namespace
}  // namespace lab::test
