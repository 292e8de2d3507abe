// SPDX-License-Identifier: MIT
//
// `explain --probe`: a real SYN instead of a predicted one.
#include <gmock/gmock.h>

#include "explain_fixture.hpp"
#include "firewall.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

class Probe : public Reality {
 protected:
  Said probe() { return explain(server(), clients(), servers(), {"--probe"}); }

  // An event of this name in the path that the trace saw.
  static bool has_event(const nlohmann::json& probe, const std::string& name,
                        const std::string& outcome) {
    for (const auto& segment : probe["segments"])
      for (const auto& event : segment["events"])
        if (event["event"] == name && event.value("outcome", "") == outcome) return true;
    return false;
  }
  // With the module the path was seen, without it nothing is claimed of it.
  void expect_path(const Said& said, const std::string& event, const std::string& outcome) {
    const auto& probe = said.json["probe"];
    if (module_is_wanted()) {
      EXPECT_TRUE(has_event(probe, event, outcome)) << said.text;
    } else {
      EXPECT_TRUE(probe["segments"].empty());
      EXPECT_THAT(probe["not_observed"].dump(), HasSubstr("path of the SYN"));
    }
  }
};
INSTANTIATE_TEST_SUITE_P(, Probe, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Probe, IsRefusedAsForetold) {
  const TcpSocket socket = bound(server(), any());
  const Said said = probe();
  const auto& probe = said.json["probe"];
  EXPECT_EQ(said.status, 1) << said.text;
  EXPECT_EQ(probe["connect"], "ECONNREFUSED") << said.text;
  EXPECT_EQ(probe["as_predicted"], true);
  EXPECT_EQ(probe["cause"], "not-listening");
  expect_path(said, ipv4() ? "tcp_v4_send_reset" : "tcp_v6_send_reset", "no-socket");
}

TEST_P(Probe, IsAcceptedAsForetold) {
  TcpSocket socket = listening(server(), any());
  const Said said = probe();
  EXPECT_EQ(said.status, 0) << said.text;
  EXPECT_EQ(said.json["probe"]["connect"], "0");
  EXPECT_EQ(socket.accept(soon()).error, 0) << "it was a real one";
  expect_path(said, "tcp_conn_request", "request");
}

TEST_P(Probe, IsDroppedByAFullAcceptQueueAsForetold) {
  const TcpSocket socket = listening(server(), any(), 0);
  const TcpSocket waits = connected(server(), loopback(0), loopback());
  const Said said = probe();
  EXPECT_EQ(said.status, 1) << said.text;
  EXPECT_EQ(said.json["probe"]["as_predicted"], true);
  EXPECT_EQ(said.json["probe"]["cause"], "accept-queue-full");
  expect_path(said, "tcp_conn_request", "dropped");
}

// What no table shows.
TEST_P(Probe, TellsAFirewallFromASilentListener) {
  const TcpSocket socket = listening(server(), any());
  if (!drop_all_input(server())) GTEST_SKIP() << "this kernel has no nftables";
  const Said said = probe();
  EXPECT_EQ(said.json["cause"], "listening") << said.text;
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.json["probe"]["as_predicted"], false);
  EXPECT_EQ(said.json["probe"]["cause"], module_is_wanted() ? "firewall" : "dropped-before-tcp")
      << said.text;
  expect_path(said, "kfree_skb", "dropped");
}

TEST_P(Probe, FindsAFirewallThatDropsTheAnswer) {
  const TcpSocket socket = listening(server(), any());
  if (!drop_all_input(client())) GTEST_SKIP() << "this kernel has no nftables";
  const Said said = probe();
  EXPECT_EQ(said.json["probe"]["cause"], module_is_wanted() ? "firewall" : "dropped-before-tcp")
      << said.text;
  if (module_is_wanted()) {
    EXPECT_THAT(said.json["probe"]["summary"], HasSubstr("SYN ACK " + servers().str()));
  }
}

TEST_P(Probe, IsSentByTheNeighbourOfSeveralWithItsAddress) {
  const Namespace impostor = make_impostor(clients().address);
  TcpSocket socket = listening(server(), any());
  const Said said = probe();
  EXPECT_EQ(said.status, 0) << said.text;
  EXPECT_EQ(socket.accept(soon()).error, 0);
}

TEST_P(Probe, OfSeveralThatAreNotToldApartIsNotSent) {
  const Namespace impostor = make_impostor(clients().address);
  remove_neighbour(hosts_->server.netlink, hosts_->server.end.index, clients().address);
  const Said said = probe();
  EXPECT_EQ(said.status, 3);
  EXPECT_THAT(said.text, HasSubstr("have the address " + clients().address.str()));
}

TEST_P(Probe, FromAnAddressOfNobodyIsNotSent) {
  const Endpoint nobodys{*Address::parse(ipv4() ? "10.0.0.77" : "fd00::77"), client_port};
  const Said said = explain(server(), nobodys, servers(), {"--probe"});
  EXPECT_EQ(said.status, 3);
  EXPECT_THAT(said.text, HasSubstr(nobodys.address.str()));
}

}  // namespace
}  // namespace lab::test
