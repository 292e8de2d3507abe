// SPDX-License-Identifier: MIT
//
// What may drop the SYN or its answer without being a rule for it, and what only looks so.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "explain_firewall.hpp"
#include "explain_routed.hpp"
#include "firewall.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

class Doubt : public BesideAFirewall {
 protected:
  void SetUp() override {
    BesideAFirewall::SetUp();
    if (IsSkipped() || !hosts_) return;
    // Without ARP there would be another doubt.
    if (!run_in(server(), "ip link set eth0 arp on") ||
        !run_in(client(), "ip link set eth0 arp on"))
      GTEST_SKIP() << "there is no ip(8)";
    EXPECT_EQ(connect_errno(client(), servers()), ECONNREFUSED);
  }
  static void expect_doubt(const Said& said, const std::string& words) {
    EXPECT_EQ(said.json["certain"], false) << said.text;
    EXPECT_THAT(said.json["uncertain_because"].dump(), HasSubstr(words)) << said.text;
  }
};
INSTANTIATE_TEST_SUITE_P(, Doubt, ::testing::Values(Family::inet, Family::inet6), name_of);

// As fail2ban and crowdsec keep them.
TEST_P(Doubt, OfAListOfBannedAddressesThereIsNone) {
  const TcpSocket socket = listening(server(), any());
  const auto ban = [&](const Address& address, const char* timeout) {
    rules(
        fmt::format("flush ruleset; table inet t {{ set banned {{ type {}_addr; flags timeout; "
                    "elements = {{ {} timeout {} }}; }}; chain i {{ type filter hook input "
                    "priority 0; {} saddr @banned drop; }}; }}",
                    ipv4() ? "ipv4" : "ipv6", address.str(), timeout, ipv4() ? "ip" : "ip6"));
  };
  ban(servers().address, "1h");
  expect_over_the_link("listening");
  ban(clients().address, "1h");
  const Said banned = expect_over_the_link("firewall");
  EXPECT_EQ(banned.json["certain"], true) << banned.text;
  ban(clients().address, "20s");
  expect_doubt(explain(server(), clients(), servers()), "@banned drop");
}

TEST_P(Doubt, AQueueThatIsTooSmall) {
  const TcpSocket socket = listening(server(), any());
  const Said before = explain(server(), clients(), servers());
  EXPECT_EQ(before.json["certain"], true) << before.text;
  for (const char* qdisc :
       {"pfifo limit 0", "bfifo limit 60", "tbf rate 1mbit burst 40 limit 10000"}) {
    if (!run_in(server(), std::string("tc qdisc replace dev eth0 root ") + qdisc))
      GTEST_SKIP() << "there is no tc(8)";
    const Said said = explain(server(), clients(), servers());
    expect_doubt(said, "queueing discipline");
    EXPECT_EQ(connect_errno(client(), servers()), EINPROGRESS) << qdisc;
  }
  ASSERT_TRUE(
      run_in(server(), "tc qdisc replace dev eth0 root tbf rate 1mbit burst 3000 limit 10000"));
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_EQ(connect_errno(client(), servers()), 0);
}

// nf_nat_l4proto_unique_tuple() finds no other port.
TEST_P(Doubt, APortForTheSenderThatMayBeTaken) {
  const TcpSocket socket = listening(server(), any());
  const std::string rule = fmt::format("ip{}tables -t nat -A POSTROUTING -p tcp --dport {} -j ",
                                       ipv4() ? "" : "6", port);
  const auto clear = [&] {
    return run_in(client(), fmt::format("ip{}tables -t nat -F POSTROUTING", ipv4() ? "" : "6"));
  };
  if (!run_in(client(), rule + "MASQUERADE")) GTEST_SKIP() << "there is no iptables(8)";
  const Said plain = explain(client(), {servers().str()});
  EXPECT_EQ(plain.json["certain"], true) << plain.text;
  for (const std::string& target :
       {std::string("MASQUERADE --to-ports 4000-4000"),
        "SNAT --to-source " + Endpoint{clients().address, 4000}.str()}) {
    ASSERT_TRUE(clear());
    ASSERT_TRUE(run_in(client(), rule + target));
    expect_doubt(explain(client(), {servers().str()}), "chain ip");
  }
}

TEST_P(Doubt, ARuleForTheOuterPacketsOfATunnel) {
  const std::string from = clients().address.str(), to = servers().address.str();
  const auto tunnel = [&](const Namespace& space, const std::string& remote,
                          const std::string& local, const char* address) {
    return run_in(space, fmt::format("ip link add vx type vxlan id 7 dstport 4789 remote {} local "
                                     "{} dev eth0",
                                     remote, local)) &&
           run_in(space, "ip link set vx up") &&
           run_in(space, fmt::format("ip addr add {} dev vx", address));
  };
  if (!tunnel(client(), to, from, "10.7.0.1/24") || !tunnel(server(), from, to, "10.7.0.2/24"))
    GTEST_SKIP() << "there is no ip(8)";
  const Endpoint inner{*Address::parse("10.7.0.2"), port};
  const TcpSocket socket = listening(server(), {Address::any(Family::inet), port});
  const Endpoint sender{*Address::parse("10.7.0.1"), client_port};
  EXPECT_EQ(connect_errno(client(), inner), 0);
  const auto at_server = [&] { return explain(server(), sender, inner); };
  EXPECT_EQ(at_server().json["certain"], true);
  // As hosts of a cluster have it.
  rules(
      "table inet t { chain i { type filter hook input priority 0; policy drop; ct state invalid "
      "drop; ct state established,related accept; meta l4proto { icmp, ipv6-icmp } accept; udp "
      "dport 4789 accept; tcp dport " +
      std::to_string(port) + " accept; }; }");
  EXPECT_EQ(at_server().json["certain"], true) << at_server().text;
  rules(
      "flush ruleset; table inet t { chain i { type filter hook input priority 0; udp dport 4789 "
      "drop; }; }");
  expect_doubt(at_server(), "outer packets of the tunnel");
  EXPECT_EQ(connect_errno(client(), inner), EINPROGRESS);
}

// The bridge calls the rules of IP between its own.
TEST_P(Doubt, OfARuleOfABridgeThatDoesNotMatchThereIsNone) {
  if (!traces_rules(server()))
    GTEST_SKIP() << "this kernel has no tables that end with their owner";
  const std::string ip = ipv4() ? "ip" : "ip -6", prefix = ipv4() ? "/24" : "/64 nodad";
  if (!run_in(server(), "ip link add br0 address 02:00:00:00:00:02 type bridge"))
    GTEST_SKIP() << "there is no ip(8), or no bridge";
  for (const std::string& command :
       {std::string("ip link set br0 up"), fmt::format("{} addr flush dev eth0", ip),
        std::string("ip link set eth0 master br0"),
        fmt::format("{} addr add {}{} dev br0", ip, servers().address.str(), prefix),
        fmt::format("{} neigh replace {} lladdr 02:00:00:00:00:01 dev br0", ip,
                    clients().address.str())})
    ASSERT_TRUE(run_in(server(), command)) << command;
  await_address(hosts_->server.netlink, servers().address, soon());
  rules("table bridge t { chain o { type filter hook output priority 0; tcp sport 1 drop; }; }");
  const Said said = explain(server(), clients(), servers(), {"--probe"});
  EXPECT_EQ(said.json["probe"]["cause"], "nothing-bound") << said.text;
  EXPECT_EQ(said.json["probe"]["certain"], true) << said.text;
}

}  // namespace
}  // namespace lab::test
