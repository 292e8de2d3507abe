// SPDX-License-Identifier: MIT
//
// Which rule, which NAT: `explain` beside real firewalls, and what they really do.
//
//   client eth0 10.0.0.1  ----  10.0.0.2 eth0 server eth1 172.30.0.1  ----  172.30.0.2 eth0 web
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "explain_firewall.hpp"
#include "explain_routed.hpp"
#include "firewall.hpp"
#include "ipvs_service.hpp"
#include "net/nftables.hpp"
#include "util/error.hpp"

namespace lab::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Rules : public BesideAFirewall {
 protected:
  void SetUp() override {
    BesideAFirewall::SetUp();
    if (!firewall_) return;
    if (!traces_rules(server()))
      GTEST_SKIP() << "this kernel has no tables that end with their owner";
  }
  std::string port_word() const { return std::to_string(port); }
  Said probe() { return explain(server(), clients(), servers(), {"--probe"}); }

  static void expect_firewall(const Said& said, const std::vector<std::string>& words) {
    const auto& probe = said.json["probe"];
    EXPECT_EQ(probe["cause"], "firewall") << said.text;
    EXPECT_EQ(probe["certain"], true) << said.text;
    for (const std::string& each : words)
      EXPECT_THAT(probe["summary"].get<std::string>(), HasSubstr(each)) << said.text;
  }
};
INSTANTIATE_TEST_SUITE_P(, Rules, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Rules, TheOneThatDropsIsNamedWithItsHandleAndNoneOfTheUsersChanges) {
  const TcpSocket socket = listening(server(), any());
  rules(
      "table inet t { chain i { type filter hook input priority 0; tcp dport 1 accept; "
      "tcp dport " +
      port_word() + " counter drop; }; }");
  const std::string before = firewall_->ruleset_with_handles();
  const Said said = probe();
  expect_firewall(said, {"'tcp dport " + port_word() + " counter drop' (handle 3)",
                         "chain inet t i", "drops SYN " + clients().str()});
  EXPECT_EQ(firewall_->ruleset_with_handles(), before);
  EXPECT_EQ(connect_errno(client(), servers()), EINPROGRESS);
}

TEST_P(Rules, ThePolicyThatDropsIsNamed) {
  const TcpSocket socket = listening(server(), any());
  rules("table inet t { chain i { type filter hook input priority 0; policy drop; }; }");
  expect_firewall(probe(), {"the policy of chain inet t i"});
}

TEST_P(Rules, TheOneThatRejectsIsNamedWhereNobodyListens) {
  rules("table inet t { chain i { type filter hook input priority 0; tcp dport " + port_word() +
        " reject with tcp reset; }; }");
  expect_firewall(probe(), {"reject with tcp reset'", "rejects SYN"});
  EXPECT_EQ(connect_errno(client(), servers()), ECONNREFUSED);
}

TEST_P(Rules, TheOneOfTheSenderThatDropsTheAnswerIsNamed) {
  const TcpSocket socket = listening(server(), any());
  Nftables senders(client());
  ASSERT_EQ(senders.run("table inet t { chain i { type filter hook input priority 0; tcp sport " +
                        port_word() + " drop; }; }"),
            "");
  expect_firewall(probe(), {"'tcp sport " + port_word() + " drop'", "drops SYN ACK"});
}

TEST_P(Rules, ThatLetTheSynPassLeaveTheRefusalToTcp) {
  rules("table inet t { chain i { type filter hook input priority 0; policy drop; tcp dport " +
        port_word() + " accept; }; }");
  const Said said = probe();
  EXPECT_EQ(said.json["probe"]["cause"], "nothing-bound") << said.text;
  EXPECT_EQ(said.json["probe"]["certain"], true) << said.text;
}

// A rule that lets some pass is not the end: the SYN is sent again.
TEST_P(Rules, TheOneThatDropsTheFirstSynAloneIsNotTheVerdict) {
  const TcpSocket socket = listening(server(), any());
  rules("table inet t { chain i { type filter hook input priority 0; tcp dport " + port_word() +
        " tcp flags syn limit rate 1/day burst 1 packets drop; }; }");
  const Said said = probe();
  EXPECT_EQ(said.status, 0) << said.text;
  EXPECT_EQ(said.json["probe"]["cause"], "listening") << said.text;
}

TEST_P(Rules, OfIptablesNftAreNamed) {
  const TcpSocket socket = listening(server(), any());
  const std::string iptables = ipv4() ? "iptables-nft" : "ip6tables-nft";
  if (!run_in(server(), iptables + " -A INPUT -p tcp --dport " + port_word() + " -j DROP"))
    GTEST_SKIP() << "there is no " << iptables;
  expect_firewall(probe(), {"dport " + port_word(), "filter INPUT", "handle"});
}

TEST_P(Rules, OfIptablesLegacyAreNamedByTheirTable) {
  const TcpSocket socket = listening(server(), any());
  const std::string iptables = ipv4() ? "iptables-legacy" : "ip6tables-legacy";
  if (!run_in(server(), iptables + " -A INPUT -p tcp --dport " + port_word() + " -j DROP"))
    GTEST_SKIP() << "there is no " << iptables;
  const Said said = probe();
  expect_firewall(said, {"the hook input", iptables + " table filter"});
  ASSERT_EQ(said.json["probe"]["commands"].size(), 1U) << said.text;
  EXPECT_TRUE(run_printed(said.json["probe"]["commands"][0]));
}

TEST_P(Rules, AreReadWithoutAProbe) {
  const TcpSocket socket = listening(server(), any());
  rules(
      "table inet t { chain i { type filter hook input priority 0; tcp dport 1 drop; "
      "ct state invalid drop; iifname \"eth9\" drop; meta l4proto udp drop; }; "
      "chain f { type filter hook forward priority 0; policy drop; }; }");
  const Said other = explain(server(), clients(), servers());
  EXPECT_EQ(other.cause(), "listening") << other.text;
  EXPECT_EQ(other.json["certain"], true) << "no rule is about this SYN\n" << other.text;
  rules("add rule inet t i tcp dport " + port_word() + " limit rate 1/day burst 3 packets drop");
  const Said may = explain(server(), clients(), servers());
  EXPECT_EQ(may.cause(), "listening") << may.text;
  EXPECT_EQ(may.json["certain"], false) << may.text;
  EXPECT_THAT(may.json["not_observed"].dump(), HasSubstr("burst 3 packets drop' (handle"));
  rules("insert rule inet t i tcp dport " + port_word() + " drop");
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.cause(), "firewall") << said.text;
  EXPECT_EQ(said.answer(), "nothing");
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_THAT(said.json["summary"].get<std::string>(),
              HasSubstr("'tcp dport " + port_word() + " drop' (handle"));
  EXPECT_EQ(connect_errno(client(), servers()), EINPROGRESS);
}

TEST_P(Rules, OfIptablesNftAreReadWithTheirMatches) {
  const TcpSocket socket = listening(server(), any());
  const std::string iptables = ipv4() ? "iptables-nft" : "ip6tables-nft";
  const auto add = [&](const std::string& rule) {
    return run_in(server(), iptables + " -A INPUT " + rule);
  };
  if (!add("-m conntrack --ctstate INVALID -j DROP")) GTEST_SKIP() << "there is no " << iptables;
  ASSERT_TRUE(add("-m addrtype ! --dst-type LOCAL -j DROP"));
  ASSERT_TRUE(add("-p tcp -m multiport --dports 1,2 -j DROP"));
  const Said passes = explain(server(), clients(), servers());
  EXPECT_EQ(passes.cause(), "listening") << passes.text;
  EXPECT_EQ(passes.json["certain"], true) << passes.text;
  ASSERT_TRUE(add("-p tcp -m multiport --dports 1," + port_word() +
                  " -m addrtype --dst-type LOCAL -j REJECT --reject-with tcp-reset"));
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.answer(), "rst") << said.text;
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_EQ(connect_errno(client(), servers()), ECONNREFUSED);
}

TEST_P(Rules, OfADormantTableAreLeftOut) {
  const TcpSocket socket = listening(server(), any());
  rules(
      "table inet d { flags dormant; chain i { type filter hook input priority 0; policy drop; }; "
      "}");
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.cause(), "listening") << said.text;
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_EQ(connect_errno(client(), servers()), 0);
}

TEST_P(Rules, ThatDropTheAnswerByItsFlagsAreCertain) {
  rules("table inet t { chain o { type filter hook output priority 0; tcp flags rst drop; }; }");
  const Said refused = explain(server(), clients(), servers());
  EXPECT_EQ(refused.answer(), "nothing") << refused.text;
  EXPECT_EQ(refused.json["certain"], true) << refused.text;
  EXPECT_EQ(connect_errno(client(), servers()), EINPROGRESS);
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.cause(), "listening") << said.text;
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_EQ(connect_errno(client(), servers()), 0);
}

TEST_P(Rules, OfTheSenderAreReadWithoutAProbe) {
  const TcpSocket socket = listening(server(), any());
  Nftables senders(client());
  const auto set = [&](const std::string& verdict) {
    senders.flush();
    ASSERT_EQ(
        senders.run("table inet t { chain o { type filter hook output priority 0; tcp dport " +
                    port_word() + " " + verdict + "; }; }"),
        "");
  };
  const auto asked = [&] { return explain(client(), clients(), servers()); };
  set("drop");
  EXPECT_EQ(asked().answer(), "nothing") << asked().text;
  EXPECT_EQ(asked().json["certain"], true) << asked().text;
  EXPECT_EQ(connect_errno(client(), servers()), EINPROGRESS);
  set("reject with tcp reset");
  EXPECT_EQ(asked().answer(), "rst") << asked().text;
  EXPECT_EQ(asked().json["certain"], true) << asked().text;
  EXPECT_EQ(connect_errno(client(), servers()), ECONNREFUSED);
}

TEST_P(Rules, AreListedByThePrintedCommand) {
  const TcpSocket socket = listening(server(), any());
  rules("table inet t { chain i { type filter hook input priority 0; policy drop; }; }");
  const Said said = probe();
  ASSERT_EQ(said.json["probe"]["commands"].size(), 1U) << said.text;
  if (!run_printed(said.json["probe"]["commands"][0])) GTEST_SKIP() << "there is no nft(8)";
}

TEST_P(Rules, OfTheLabAreGoneAfterSigkill) {
  const TcpSocket socket = listening(server(), any());
  rules("table inet t { chain i { type filter hook input priority 0; policy drop; }; }");
  const std::string before = firewall_->ruleset_with_handles();
  const std::string netns =
      "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(server().fd());
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string destination = servers().str(), source = clients().str(), tested = program();
    if (::freopen("/dev/null", "w", stdout) == nullptr) ::_exit(126);
    ::execl(tested.c_str(), tested.c_str(), "explain", destination.c_str(), "from", source.c_str(),
            "--netns", netns.c_str(), "--probe", static_cast<char*>(nullptr));
    ::_exit(127);
  }
  const Deadline deadline = soon();
  while (firewall_->ruleset_with_handles().find("lab_probe_") == std::string::npos) {
    ASSERT_FALSE(deadline.passed()) << "no table of the lab's was seen";
    ASSERT_EQ(::waitpid(child, nullptr, WNOHANG), 0) << "it ended before";
  }
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(firewall_->ruleset_with_handles(), before);
}

// --- NAT ---

class Nat : public Rules {
 protected:
  void SetUp() override {
    Rules::SetUp();
    if (IsSkipped() || !hosts_) return;
    web_.emplace(hosts_->server, family());
  }
  Namespace& web() { return web_->space; }
  Endpoint webs(std::uint16_t at = 80) const { return web_->at(at); }
  void publish() {
    const std::string to = ipv4() ? "ip to 172.30.0.2:80" : "ip6 to [fd30::2]:80";
    const std::string nat =
        "table inet n { chain p { type nat hook prerouting priority dstnat; tcp dport " +
        port_word() + " dnat " + to + "; }; }";
    if (!firewall_->run(nat).empty()) GTEST_SKIP() << "this kernel has no NAT for nftables";
  }

  std::optional<Web> web_;
};
INSTANTIATE_TEST_SUITE_P(, Nat, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Nat, OfAPublishedPortLeadsToTheListenerThere) {
  publish();
  const TcpSocket socket = listening(web(), {Address::any(family()), 80});
  const Said predicted = explain(server(), clients(), servers());
  EXPECT_EQ(predicted.json["certain"], false) << predicted.text;
  EXPECT_THAT(predicted.json["not_observed"].dump(), HasSubstr("dnat"));
  const Said said = probe();
  const auto& probe = said.json["probe"];
  EXPECT_EQ(said.status, 0) << said.text;
  EXPECT_EQ(probe["cause"], "listening") << said.text;
  EXPECT_EQ(probe["certain"], true) << said.text;
  EXPECT_EQ(probe["as_predicted"], false);
  EXPECT_THAT(probe["summary"].get<std::string>(), HasSubstr("sends it to " + webs().str()));
  EXPECT_THAT(probe["summary"].get<std::string>(), HasSubstr("(handle "));
  ASSERT_EQ(probe["translations"].size(), 1U) << said.text;
  EXPECT_EQ(probe["translations"][0]["new_destination"], webs().str());
  EXPECT_EQ(connect_errno(client(), servers()), 0);
}

TEST_P(Nat, OfAPublishedPortThatNobodyListensOnIsRefusedThere) {
  publish();
  const Said said = probe();
  const auto& probe = said.json["probe"];
  EXPECT_EQ(probe["cause"], "nothing-bound") << said.text;
  EXPECT_EQ(probe["certain"], true) << said.text;
  EXPECT_THAT(probe["summary"].get<std::string>(), HasSubstr(webs().str()));
  EXPECT_EQ(connect_errno(client(), servers()), ECONNREFUSED);
}

TEST_P(Nat, OfAPublishedPortLeadsToTheRuleOfTheContainer) {
  publish();
  const TcpSocket socket = listening(web(), {Address::any(family()), 80});
  Nftables inside(web());
  ASSERT_EQ(inside.run("table inet t { chain i { type filter hook input priority 0; "
                       "tcp dport 80 reject with tcp reset; }; }"),
            "");
  const Said said = probe();
  expect_firewall(said, {"'tcp dport 80 reject with tcp reset'", "rejects SYN"});
  EXPECT_EQ(said.json["probe"]["connections"], 2) << "another, to see the rules there";
}

// The router says that nobody has answered, and not that a rule refuses.
TEST_P(Nat, ToAHostThatIsDeadBlamesNoFirewall) {
  if (!run_in(server(), "ip link set eth1 arp on")) GTEST_SKIP() << "there is no ip(8)";
  write_sysctl(server(), fmt::format("net/{}/neigh/eth1/retrans_time_ms", ipv4() ? "ipv4" : "ipv6"),
               "50");
  const std::string dead = ipv4() ? "172.30.0.9" : "fd30::9";
  const std::string nat = fmt::format(
      "table inet n {{ chain p {{ type nat hook prerouting priority dstnat; tcp dport "
      "{} dnat {}; }}; }}",
      port, ipv4() ? "ip to 172.30.0.9:80" : "ip6 to [fd30::9]:80");
  if (!firewall_->run(nat).empty()) GTEST_SKIP() << "this kernel has no NAT for nftables";
  const Said said = probe();
  const auto& probe = said.json["probe"];
  EXPECT_EQ(probe["cause"], "icmp-refused") << said.text;
  EXPECT_EQ(probe["connect"], "EHOSTUNREACH");
  EXPECT_THAT(probe["summary"].get<std::string>(), HasSubstr("nobody answers for that address"));
  EXPECT_THAT(probe["remedy"].get<std::string>(), HasSubstr("whether " + dead + " is up"));
}

TEST_P(Nat, OfARedirectLeadsToTheOtherPort) {
  const TcpSocket socket = listening(server(), any(9999));
  const std::string nat =
      "table inet n { chain p { type nat hook prerouting priority dstnat; tcp dport " +
      port_word() + " redirect to :9999; }; }";
  if (!firewall_->run(nat).empty()) GTEST_SKIP() << "this kernel has no NAT for nftables";
  const Said said = probe();
  EXPECT_EQ(said.status, 0) << said.text;
  EXPECT_EQ(said.json["probe"]["cause"], "listening") << said.text;
  EXPECT_EQ(said.json["probe"]["certain"], true) << said.text;
  EXPECT_THAT(said.json["probe"]["summary"].get<std::string>(), HasSubstr(servers(9999).str()));
}

TEST_P(Nat, ARouterThatDropsIsNamedByTheSender) {
  const TcpSocket socket = listening(client(), any());
  rules("table inet t { chain f { type filter hook forward priority 0; tcp dport " + port_word() +
        " drop; }; }");
  const Said said = explain(web(), {clients(port).str(), "--probe"});
  expect_firewall(said, {"chain inet t f", "drops SYN"});
}

TEST_P(Nat, AMasqueradedSenderIsFollowed) {
  TcpSocket socket = listening(client(), any());
  const std::string nat =
      "table inet n { chain p { type nat hook postrouting priority srcnat; oifname \"eth0\" "
      "masquerade; }; }";
  if (!firewall_->run(nat).empty()) GTEST_SKIP() << "this kernel has no NAT for nftables";
  const Said said = explain(web(), {clients(port).str(), "--probe"});
  EXPECT_EQ(said.status, 0) << said.text;
  ASSERT_EQ(said.json["probe"]["translations"].size(), 1U) << said.text;
  EXPECT_THAT(said.json["probe"]["translations"][0]["new_source"].get<std::string>(),
              HasSubstr(servers().address.str()));
}

// --- IPVS ---

TEST_P(Nat, ByIpvsLeadsToTheRealServer) {
  if (std::getenv("LAB_MODULE") == nullptr)
    GTEST_SKIP() << "only in a guest: asking for IPVS loads it";
  if (!has_ipvs(server())) GTEST_SKIP() << "this kernel has no IPVS";
  const TcpSocket here = listening(server(), any());
  EXPECT_EQ(explain(server(), clients(), servers()).json["certain"], true) << "no service takes it";
  add_ipvs_service(server(), servers(), webs());
  const TcpSocket socket = listening(web(), {Address::any(family()), 80});
  const Said predicted = explain(server(), clients(), servers());
  EXPECT_EQ(predicted.json["certain"], false) << predicted.text;
  EXPECT_THAT(predicted.json["uncertain_because"].dump(),
              AllOf(HasSubstr("IPVS"), HasSubstr(webs().str() + " (Masq)")));
  const Said said = probe();
  const auto& probe = said.json["probe"];
  EXPECT_EQ(said.status, 0) << said.text;
  EXPECT_EQ(probe["cause"], "listening") << said.text;
  EXPECT_THAT(probe["summary"].get<std::string>(),
              AllOf(HasSubstr("IPVS"), HasSubstr("sends it to " + webs().str())));
}

}  // namespace
}  // namespace lab::test
