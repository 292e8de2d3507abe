// SPDX-License-Identifier: MIT
//
// Connection refused: each reason for it, told from the tables.
#include <gmock/gmock.h>

#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Conclusion& refused(const Diagnosis& diagnosis) {
  EXPECT_EQ(diagnosis.conclusion.answer, Answer::rst);
  EXPECT_FALSE(is_success(diagnosis.conclusion.answer));
  EXPECT_NE(diagnosis.conclusion.remedy, "") << "what is an engineer to do?";
  return diagnosis.conclusion;
}

TEST(ExplainNobody, NothingIsBound) {
  const Diagnosis diagnosis = diagnose(local_syn());
  EXPECT_EQ(refused(diagnosis).cause, "nothing-bound");
  EXPECT_THAT(steps_of(diagnosis),
              ElementsAre("route", "ehash", "lhash2-exact", "lhash2-wildcard", "bind", "answer"));
  EXPECT_EQ(diagnosis.steps.back().function, "tcp_v4_send_reset");
  EXPECT_THAT(text_of(diagnosis.findings, "listening-here"), HasSubstr("nothing at all"));
}

TEST(ExplainNobody, InIpv6TheFunctionsAreIpv6s) {
  const Diagnosis diagnosis = diagnose(local_syn("[::1]:8888", "[::1]:40000"));
  EXPECT_EQ(refused(diagnosis).cause, "nothing-bound");
  EXPECT_EQ(diagnosis.steps[1].function, "__inet6_lookup_established");
  EXPECT_EQ(diagnosis.steps.back().function, "tcp_v6_send_reset");
}

TEST(ExplainNobody, BoundAndNotListening) {
  Facts facts = local_syn();
  facts.tables.bound_only = {socket_row(TcpState::closed, "0.0.0.0:8888")};
  add_server(facts);
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(refused(diagnosis).cause, "not-listening");
  EXPECT_EQ(diagnosis.conclusion.summary,
            "port 8888 is bound by server (pid 4121, fd 3), which has not called listen()");
}

TEST(ExplainNobody, BoundToAnotherAddressAndNotListeningEither) {
  Facts facts = local_syn();
  facts.tables.bound_only = {socket_row(TcpState::closed, "10.0.0.2:8888")};
  EXPECT_EQ(refused(diagnose(facts)).cause, "not-listening");
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("besides, it is bound to 10.0.0.2"));
}

// What nobody could see is neither bound nor unbound.
TEST(ExplainNobody, WithoutAWitnessOfBoundSocketsItSaysSo) {
  Facts facts = local_syn();
  facts.tables.bound_only.reset();
  facts.kernel.release = "6.1.0";
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(refused(diagnosis).cause, "nobody-listens");
  EXPECT_THAT(steps_of(diagnosis), Not(testing::Contains("bind")));
  EXPECT_THAT(text_of(diagnosis.not_observed, "bound-sockets"), HasSubstr("6.8"));
}

TEST(ExplainNobody, ListeningOnAnotherAddress) {
  Facts facts = outside_syn();
  facts.tables.listeners = {listener("127.0.0.1:8888")};
  add_server(facts);
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(refused(diagnosis).cause, "other-address");
  EXPECT_THAT(diagnosis.conclusion.summary,
              HasSubstr("server (pid 4121, fd 3) listens on 127.0.0.1:8888"));
  EXPECT_EQ(diagnosis.conclusion.remedy, "let the server bind 10.0.0.2 or the wildcard 0.0.0.0")
      << "127.0.0.1 is out of this client's reach";
}

TEST(ExplainNobody, ListeningOnAnotherAddressWithinReach) {
  Facts facts = local_syn("127.0.0.5:8888");
  facts.tables.listeners = {listener("127.0.0.1:8888")};
  EXPECT_THAT(diagnose(facts).conclusion.remedy, HasSubstr("connect to 127.0.0.1:8888, or"));
}

TEST(ExplainNobody, ListeningForIpv6Only) {
  Facts facts = local_syn();
  facts.tables.listeners = {listener("[::]:8888")};
  facts.tables.listeners[0].v6only = true;
  EXPECT_EQ(refused(diagnose(facts)).cause, "ipv6-only");
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("IPV6_V6ONLY"));
}

TEST(ExplainNobody, ListeningOnAnIpv6Address) {
  Facts facts = local_syn();
  facts.tables.listeners = {listener("[::1]:8888")};
  EXPECT_EQ(refused(diagnose(facts)).cause, "ipv6-only");
}

TEST(ExplainNobody, ListeningForIpv4Only) {
  Facts facts = local_syn("[::1]:8888", "[::1]:40000");
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  EXPECT_EQ(refused(diagnose(facts)).cause, "ipv4-only");
  EXPECT_THAT(diagnose(facts).conclusion.remedy, HasSubstr("localhost"));
}

TEST(ExplainNobody, ListeningOnAnotherDevice) {
  Facts facts = outside_syn();
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  facts.tables.listeners[0].device = "lo";
  EXPECT_EQ(refused(diagnose(facts)).cause, "other-device");
  EXPECT_THAT(diagnose(facts).conclusion.summary, HasSubstr("comes in on eth0"));
}

TEST(ExplainNobody, ListeningInAVrf) {
  Facts facts = outside_syn();
  facts.interfaces.push_back({3, "blue", true, false, true, "", {}});
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  facts.tables.listeners[0].device = "blue";
  EXPECT_EQ(refused(diagnose(facts)).cause, "other-vrf");
}

TEST(ExplainNobody, ListeningOutsideOfTheVrf) {
  Facts facts = outside_syn();
  facts.arrival.vrf = "blue";
  facts.tables.listeners = {listener("0.0.0.0:8888")};
  EXPECT_EQ(refused(diagnose(facts)).cause, "other-vrf");
  EXPECT_THAT(diagnose(facts).conclusion.commands[0], HasSubstr("tcp_l3mdev_accept=1"));

  facts.sysctls.tcp_l3mdev_accept = 1;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "listening");
}

TEST(ExplainNobody, ListeningInAnotherNamespace) {
  Facts facts = local_syn();
  facts.others.namespaces = {container("0.0.0.0:8888")};
  facts.processes.by_inode[servers_inode] = {{77, 6, "nginx", false}};
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(refused(diagnosis).cause, "other-namespace");
  EXPECT_THAT(diagnosis.conclusion.summary,
              HasSubstr("nginx (pid 77, fd 6) listens on 0.0.0.0:8888 in network namespace web"));
  EXPECT_THAT(diagnosis.conclusion.remedy, HasSubstr("connect to 172.17.0.2:8888"));
  EXPECT_THAT(diagnosis.conclusion.commands[0], HasSubstr("--netns web"));
}

TEST(ExplainNobody, ANamespaceWithoutANameIsCalledByItsProcess) {
  Facts facts = local_syn();
  facts.others.namespaces = {container("127.0.0.1:8888")};
  facts.others.namespaces[0].has_name = false;
  facts.others.namespaces[0].netns = "77";
  const Conclusion conclusion = refused(diagnose(facts));
  EXPECT_THAT(conclusion.summary, HasSubstr("in the network namespace of nginx (pid 77)"));
  EXPECT_THAT(conclusion.remedy, HasSubstr("from within")) << "172.17.0.2 does not reach it";
}

// The nearest miss is the cause; the others are told besides.
TEST(ExplainNobody, OfSeveralReasonsTheNearestComesFirst) {
  Facts facts = local_syn();
  facts.others.namespaces = {container("0.0.0.0:8888")};
  facts.tables.listeners = {listener("10.0.0.2:8888")};
  Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(refused(diagnosis).cause, "other-address");
  EXPECT_NE(text_of(diagnosis.findings, "listens-elsewhere"), "");

  facts.tables.bound_only = {socket_row(TcpState::closed, "127.0.0.1:8888")};
  EXPECT_EQ(refused(diagnose(facts)).cause, "not-listening");
}

TEST(ExplainNobody, AProcessThatCannotBeSeenIsNotInvented) {
  Facts facts = local_syn();
  facts.tables.bound_only = {socket_row(TcpState::closed, "0.0.0.0:8888")};
  facts.processes.all_seen = false;
  facts.as_root = false;
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_THAT(diagnosis.conclusion.summary,
              HasSubstr("a process that cannot be seen without root (user 1000)"));
  EXPECT_THAT(text_of(diagnosis.not_observed, "processes"), HasSubstr("as root"));
}

TEST(ExplainNobody, AnEphemeralPortMayConnectToItself) {
  const Diagnosis diagnosis = diagnose(local_syn("127.0.0.1:40001"));
  EXPECT_THAT(text_of(diagnosis.findings, "self-connect-risk"), HasSubstr("connects to itself"));
  EXPECT_EQ(text_of(diagnose(local_syn()).findings, "self-connect-risk"), "") << "8888 is none";
  EXPECT_EQ(text_of(diagnose(outside_syn("10.0.0.2:40001")).findings, "self-connect-risk"), "")
      << "the client is elsewhere";
}

// __inet_hash_connect() passes over what bind() holds.
TEST(ExplainNobody, AnEphemeralPortThatIsHeldNeverConnectsToItself) {
  Facts facts = local_syn("127.0.0.1:40001");
  facts.tables.bound_only = {socket_row(TcpState::closed, "10.0.0.2:40001")};
  EXPECT_EQ(text_of(diagnose(facts).findings, "self-connect-risk"), "");
}

TEST(ExplainNobody, TheListOfReservedPortsIsExtended) {
  Facts facts = local_syn("127.0.0.1:40001");
  facts.sysctls.ip_local_reserved_ports = {{8080, 8080}, {9000, 9100}};
  const Diagnosis diagnosis = diagnose(facts);
  ASSERT_EQ(diagnosis.findings.back().id, "self-connect-risk");
  EXPECT_EQ(diagnosis.findings.back().commands[0],
            "sysctl -w net/ipv4/ip_local_reserved_ports=8080,9000-9100,40001");
}

TEST(ExplainNobody, AReservedPortMayNot) {
  Facts facts = local_syn("127.0.0.1:40001");
  facts.sysctls.ip_local_reserved_ports = {{40000, 40010}};
  const Diagnosis diagnosis = diagnose(facts);
  EXPECT_EQ(text_of(diagnosis.findings, "self-connect-risk"), "");
  EXPECT_THAT(text_of(diagnosis.findings, "reserved-port"), HasSubstr("40001"));
}

TEST(ExplainNobody, UdpIsAnotherProtocol) {
  Facts facts = local_syn();
  facts.udp = {{at("0.0.0.0:8888"), servers_inode}};
  add_server(facts);
  EXPECT_THAT(text_of(diagnose(facts).findings, "udp"),
              HasSubstr("server (pid 4121, fd 3) has UDP port 8888"));
}

TEST(ExplainNobody, ConnectionsWithoutAListenerAreTold) {
  Facts facts = local_syn();
  facts.tables.ehash = {connection(TcpState::established, "127.0.0.1:8888", "127.0.0.1:50000")};
  EXPECT_THAT(text_of(diagnose(facts).findings, "connections-on-port"),
              HasSubstr("ESTABLISHED 127.0.0.1:8888 > 127.0.0.1:50000"));
}

TEST(ExplainNobody, AFirewallIsRuledOutOnlyWhereItsRulesAndBpfWereLookedAt) {
  Facts facts = local_syn();
  EXPECT_TRUE(diagnose(facts).certain());
  facts.filters.netfilter = {{"nftables inet filter input (hook input)"}};
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "netfilter"),
              testing::AllOf(HasSubstr("inet filter input"), HasSubstr("--probe")));
  facts.filters.netfilter.reset();
  EXPECT_FALSE(diagnose(facts).certain());
  facts.filters.bpf = {{"xdp (id 12)"}};
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "bpf"), HasSubstr("xdp (id 12)"));
}

TEST(ExplainNobody, WhereIpvsSendsTheSynIsNotKnown) {
  Facts facts = outside_syn();
  facts.filters.ipvs = {{"TCP 10.0.0.2:8888 rr → 172.17.0.3:80 (Masq)"}};
  EXPECT_FALSE(diagnose(facts).certain());
  EXPECT_THAT(text_of(diagnose(facts).not_observed, "ipvs"), HasSubstr("172.17.0.3:80"));
  facts.filters.ipvs.reset();
  EXPECT_FALSE(diagnose(facts).certain());
  facts.arrival.there.type = RouteType::unicast;
  EXPECT_TRUE(diagnose(facts).certain()) << "what is forwarded it does not take";
}

}  // namespace
}  // namespace lab::explain
