// SPDX-License-Identifier: MIT
//
// `explain` against reality: routes and policy rules that carry no packet, to a local sender and
// on a router, and rules that look at more than the destination.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cerrno>

#include "explain_fixture.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

class Policy : public Reality {
 protected:
  void SetUp() override {
    Reality::SetUp();
    if (!hosts_) return;
    ip_ = ipv4() ? "ip" : "ip -6";
    nowhere_ = {*Address::parse(ipv4() ? "192.0.2.1" : "2001:db8::1"), port};
    if (!run_in(server(), "ip route show >/dev/null")) GTEST_SKIP() << "there is no ip(8) here";
  }
  bool ip(const Namespace& space, const std::string& words) {
    return run_in(space, ip_ + " " + words);
  }
  std::string prefix() const { return nowhere_.address.str() + (ipv4() ? "/32" : "/128"); }

  // What was refused works once the command that was printed has run.
  void expect_the_command_helps(const Said& said, const std::vector<std::string>& question) {
    ASSERT_EQ(said.json["commands"].size(), 1U) << said.text;
    EXPECT_TRUE(run_printed(said.json["commands"][0]));
    EXPECT_NE(explain(server(), question).cause(), said.cause());
  }

  std::string ip_;
  Endpoint nowhere_;
};
INSTANTIATE_TEST_SUITE_P(, Policy, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Policy, NamesEachRouteThatCarriesNothing) {
  for (const char* type : {"blackhole", "prohibit", "unreachable", "throw"}) {
    SCOPED_TRACE(type);
    ASSERT_TRUE(ip(server(), fmt::format("route add {} {}", type, prefix())));
    const Said said = explain(server(), {nowhere_.str()});
    expect_predicted(said, fmt::format("{}-route", type),
                     send({server(), server(), any(0), nowhere_}));
    EXPECT_EQ(said.json["certain"], true) << said.text;
    expect_the_command_helps(said, {nowhere_.str()});
  }
}

TEST_P(Policy, NamesEachRuleThatCarriesNothing) {
  const TcpSocket socket = listening(client(), any());
  for (const char* action : {"blackhole", "prohibit", "unreachable"}) {
    SCOPED_TRACE(action);
    ASSERT_TRUE(ip(server(), fmt::format("rule add pref 7 ipproto tcp dport {} {}", port, action)));
    const Said said = explain(server(), {clients(port).str()});
    expect_predicted(said, fmt::format("{}-route", action),
                     send({server(), server(), any(0), clients(port)}));
    EXPECT_EQ(said.json["certain"], true) << said.text;
    EXPECT_NE(explain(server(), {clients(port + 1).str()}).cause(), said.cause())
        << "the rule looks at the port";
    expect_the_command_helps(said, {clients(port).str()});
  }
}

TEST_P(Policy, ASourceThatIsProhibited) {
  const Endpoint second{*Address::parse(ipv4() ? "10.0.0.22" : "fd00::22"), client_port};
  add_address(hosts_->server.netlink, hosts_->server.end.index, second.address, ipv4() ? 24 : 64);
  ASSERT_TRUE(ip(server(), fmt::format("rule add pref 7 from {} prohibit", second.address.str())));
  const Said said = explain(server(), second, clients(port));
  expect_predicted(said, "prohibit-route", send({server(), server(), second, clients(port)}));
}

TEST_P(Policy, TheUidAndTheMarkAreAskedAboutAndNamedWhereTheyWereNotGiven) {
  ASSERT_TRUE(ip(server(), "rule add pref 7 uidrange 1234-1234 prohibit"));
  ASSERT_TRUE(ip(server(), "rule add pref 8 fwmark 0x7 prohibit"));
  const Said said = explain(server(), {clients(port).str()});
  EXPECT_NE(said.cause(), "prohibit-route") << said.text;
  EXPECT_EQ(said.json["certain"], false);
  EXPECT_THAT(said.text, HasSubstr("uidrange 1234-1234"));
  EXPECT_THAT(said.text, HasSubstr("fwmark 0x7"));
  EXPECT_EQ(explain(server(), {clients(port).str(), "--uid", "1234"}).cause(), "prohibit-route");
  EXPECT_EQ(explain(server(), {clients(port).str(), "--mark", "7"}).cause(), "prohibit-route");
}

// A rule that leaves the sender without a source is named all the same, and the probe's socket has
// the uid and the mark that were asked about.
TEST_P(Policy, ARuleForTheUidOrTheMarkMeetsTheProbeToo) {
  const TcpSocket socket = listening(client(), any());
  ASSERT_TRUE(ip(server(), "rule add pref 7 uidrange 1234-1234 unreachable"));
  ASSERT_TRUE(ip(server(), "rule add pref 8 fwmark 0x7 prohibit"));
  const auto asked = [&](const char* uid, const char* mark) {
    return std::vector<std::string>{clients(port).str(), "--uid", uid, "--mark", mark, "--probe"};
  };
  for (const auto& [uid, mark, cause] :
       {std::tuple{"1234", "0", "unreachable-route"}, {"0", "7", "prohibit-route"}}) {
    SCOPED_TRACE(cause);
    const Said said = explain(server(), asked(uid, mark));
    EXPECT_EQ(said.cause(), cause) << said.text;
    EXPECT_EQ(said.json["certain"], true) << said.text;
    EXPECT_EQ(said.json["probe"]["as_predicted"], true) << said.text;
    EXPECT_EQ(said.json["probe"]["connect"], said.json["errno"]) << said.text;
    EXPECT_EQ(said.json["probe"]["answer"], "not-sent") << said.text;
  }
  EXPECT_EQ(explain(server(), asked("0", "0")).json["probe"]["connect"], "0");
}

// The server is the client's gateway to an address that it refuses to route to. A kernel sends a
// peer few such errors in a second, by two limits (ip_error(), icmp_ratelimit): the second is
// switched off, and for the first each filter has a network of its own.
TEST_P(Policy, NamesEachRouteOfARouter) {
  for (const char* filter : {"0", "1"}) {
    hosts_.reset();
    hosts_.emplace();
    write_sysctl(server(), ipv4() ? "net/ipv4/conf/all/forwarding" : "net/ipv6/conf/all/forwarding",
                 "1");
    write_sysctl(server(), ipv4() ? "net/ipv4/icmp_ratelimit" : "net/ipv6/icmp/ratelimit", "0");
    if (ipv4()) write_sysctl(server(), "net/ipv4/conf/all/rp_filter", filter);
    for (const char* type : {"blackhole", "prohibit", "unreachable", "throw"}) {
      SCOPED_TRACE(fmt::format("{}, rp_filter {}", type, filter));
      ASSERT_TRUE(ip(server(), fmt::format("route add {} {}", type, prefix())));
      ASSERT_TRUE(
          ip(client(), fmt::format("route replace {} via {}", prefix(), servers().address.str())));
      const Said said = explain(server(), clients(), nowhere_);
      expect_predicted(said, fmt::format("{}-route", type),
                       send({client(), server(), clients(), nowhere_}));
      expect_the_command_helps(said, {nowhere_.str(), "from", clients().str()});
    }
  }
}

// The ICMP error is not TCP, and a rule for TCP does not hold it back.
TEST_P(Policy, ARuleForTcpOnARouterRefusesByIcmp) {
  write_sysctl(server(), fmt::format("net/{}/conf/all/forwarding", ipv4() ? "ipv4" : "ipv6"), "1");
  ASSERT_TRUE(ip(client(), fmt::format("route add {} via {}", prefix(), servers().address.str())));
  ASSERT_TRUE(ip(server(), "rule add pref 7 ipproto tcp prohibit"));
  const Said said = explain(server(), clients(), nowhere_, {"--device", "eth0"});
  expect_predicted(said, "prohibit-route", send({client(), server(), clients(), nowhere_}));
  EXPECT_EQ(said.answer(), "icmp") << said.text;
}

TEST_P(Policy, ARouterWithoutARouteRefusesByIcmp) {
  write_sysctl(server(), ipv4() ? "net/ipv4/conf/all/forwarding" : "net/ipv6/conf/all/forwarding",
               "1");
  ASSERT_TRUE(
      ip(client(), fmt::format("route replace {} via {}", prefix(), servers().address.str())));
  const Said said = explain(server(), clients(), nowhere_);
  expect_predicted(said, "no-route", send({client(), server(), clients(), nowhere_}));
  EXPECT_EQ(said.json["errno"], "ENETUNREACH");
}

}  // namespace
}  // namespace lab::test
