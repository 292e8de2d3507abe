// SPDX-License-Identifier: MIT
//
// `explain --probe`: a real SYN instead of a predicted one.
#include <gmock/gmock.h>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "explain_fixture.hpp"
#include "firewall.hpp"
#include "net/nftables.hpp"
#include "util/error.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

class Probe : public Reality {
 protected:
  Said probe() { return explain(server(), clients(), servers(), {"--probe"}); }
  // The module's trace shows that netfilter drops, nftables' which rule.
  bool names_the_firewall() { return module_is_wanted() || traces_rules(server()); }

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
  EXPECT_EQ(said.json["cause"], "firewall") << said.text;
  EXPECT_EQ(said.json["certain"], true);
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.json["probe"]["as_predicted"], true);
  EXPECT_EQ(said.json["probe"]["cause"], "firewall") << said.text;
  expect_path(said, "kfree_skb", "dropped");
}

TEST_P(Probe, FindsAFirewallThatDropsTheAnswer) {
  const TcpSocket socket = listening(server(), any());
  if (!drop_all_input(client())) GTEST_SKIP() << "this kernel has no nftables";
  const Said said = probe();
  EXPECT_EQ(said.json["probe"]["cause"], names_the_firewall() ? "firewall" : "answer-dropped")
      << said.text;
  EXPECT_EQ(said.json["probe"]["certain"], names_the_firewall()) << said.text;
  if (module_is_wanted()) {
    EXPECT_THAT(said.json["probe"]["summary"], HasSubstr("SYN ACK " + servers().str()));
  }
}

// --- firewalls that reject ---

class Rejected : public Probe {
 protected:
  void SetUp() override {
    Probe::SetUp();
    if (!hosts_) return;
    try {
      firewall_.emplace(server());
    } catch (const EnvironmentError& error) {
      GTEST_SKIP() << error.what();
    }
  }
  void reject(const std::string& with) {
    const std::string rules =
        "table inet t { chain i { type filter hook input priority 0; tcp dport " +
        std::to_string(port) + " reject with " + with + "; }; }";
    EXPECT_EQ(firewall_->run(rules), "");
  }
  int connect_errno() {
    TcpSocket socket = TcpSocket::create(client(), family());
    const int error = socket.connect(servers()).error;
    return error == EINPROGRESS ? socket.await_connected(soon()).error : error;
  }
  std::optional<Nftables> firewall_;
};
INSTANTIATE_TEST_SUITE_P(, Rejected, ::testing::Values(Family::inet, Family::inet6), name_of);

// Equal outcomes are not equal causes: nobody listens, and the firewall refused first.
TEST_P(Rejected, ByRstWhereNobodyListensIsTheFirewalls) {
  reject("tcp reset");
  const Said said = probe();
  EXPECT_EQ(said.json["cause"], "firewall") << said.text;
  EXPECT_EQ(said.json["errno"], "ECONNREFUSED");
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_EQ(said.json["probe"]["cause"], "firewall") << said.text;
  EXPECT_EQ(said.json["probe"]["as_predicted"], true);
  EXPECT_EQ(said.json["probe"]["certain"], true);
  EXPECT_EQ(connect_errno(), ECONNREFUSED);
}

TEST_P(Rejected, ByTcpBesideAFirewallThatAcceptsIsTcps) {
  EXPECT_EQ(firewall_->run("table inet t { chain i { type filter hook input priority 0; }; }"), "");
  const Said said = probe();
  EXPECT_EQ(said.json["probe"]["cause"], "nothing-bound") << said.text;
  EXPECT_EQ(said.json["probe"]["certain"], true) << said.text;
}

TEST_P(Rejected, ByIcmpIsSentAndHasItsErrno) {
  const TcpSocket socket = listening(server(), any());
  struct Case {
    const char *with, *inet, *inet6;
  };
  for (const Case& each : {Case{"icmpx type port-unreachable", "ECONNREFUSED", "ECONNREFUSED"},
                           Case{"icmpx type host-unreachable", "EHOSTUNREACH", "EHOSTUNREACH"},
                           Case{"icmpx type no-route", "ENETUNREACH", "ENETUNREACH"},
                           Case{"icmpx type admin-prohibited", "EHOSTUNREACH", "EACCES"}}) {
    SCOPED_TRACE(each.with);
    firewall_->flush();
    reject(each.with);
    const Said said = probe();
    const auto& probe = said.json["probe"];
    EXPECT_EQ(probe["answer"], "icmp") << said.text;
    EXPECT_EQ(probe["errno"], ipv4() ? each.inet : each.inet6) << said.text;
    EXPECT_EQ(probe["cause"], "firewall") << said.text;
    EXPECT_EQ(said.json["errno"], ipv4() ? each.inet : each.inet6) << "as predicted";
    EXPECT_EQ(said.json["certain"], true) << said.text;
    EXPECT_EQ(errno_name(connect_errno()), ipv4() ? each.inet : each.inet6);
  }
}

TEST_P(Rejected, WhileTheAcceptQueueIsFullIsTheFirewalls) {
  const TcpSocket socket = listening(server(), any(), 0);
  const TcpSocket waits = connected(server(), loopback(0), loopback());
  reject("tcp reset");
  const Said said = probe();
  EXPECT_EQ(said.json["cause"], "firewall") << said.text;
  EXPECT_EQ(said.json["probe"]["cause"], "firewall") << said.text;
}

TEST_P(Rejected, OnTheWayOutNeverLeaves) {
  const TcpSocket socket = listening(server(), any());
  Nftables firewall(client());
  EXPECT_EQ(firewall.run("table inet t { chain o { type filter hook output priority 0; tcp dport " +
                         std::to_string(port) + " drop; }; }"),
            "");
  const Said said = probe();
  EXPECT_EQ(said.json["probe"]["cause"],
            names_the_firewall() ? "firewall" : "dropped-on-the-way-out")
      << said.text;
}

// The sender's own firewall drops the error: connect() waits.
TEST_P(Rejected, ByIcmpThatTheSenderDropsIsNoAnswer) {
  const TcpSocket socket = listening(server(), any());
  reject("icmpx type admin-prohibited");
  Nftables firewall(client());
  EXPECT_EQ(firewall.run("table inet t { chain i { type filter hook input priority 0; " +
                         std::string(ipv4() ? "icmp" : "icmpv6") +
                         " type destination-unreachable drop; }; }"),
            "");
  const Said said = probe();
  const auto& probe = said.json["probe"];
  EXPECT_EQ(said.json["answer"], "icmp") << said.text;
  EXPECT_EQ(probe["connect"], "EINPROGRESS") << said.text;
  EXPECT_EQ(probe["answer"], "nothing") << said.text;
  EXPECT_EQ(probe["as_predicted"], false) << said.text;
  EXPECT_EQ(probe["cause"], names_the_firewall() ? "firewall" : "answer-dropped") << said.text;
}

// nft_meta_get_eval_skugid() reads with which credentials the socket's file was made.
TEST_P(Rejected, ForItsUidMeetsTheProbeToo) {
  const TcpSocket socket = listening(client(), any());
  EXPECT_EQ(
      firewall_->run("table inet t { chain o { type filter hook output priority 0; tcp dport " +
                     std::to_string(port) + " meta skuid 1234 reject; }; }"),
      "");
  for (const auto& [uid, connects] : {std::pair{"1234", "ECONNREFUSED"}, std::pair{"0", "0"}}) {
    const Said said = explain(server(), {clients(port).str(), "--uid", uid, "--probe"});
    EXPECT_EQ(said.json["probe"]["connect"], connects) << said.text;
  }
}

// --- what the listener refuses by itself ---

TEST_P(Probe, AListenerWithAnMd5KeyIsNamed) {
  const TcpSocket socket = bound(server(), any());
  tcp_md5sig key{};
  clients().to_sockaddr(reinterpret_cast<sockaddr_storage&>(key.tcpm_addr));
  reinterpret_cast<sockaddr_in&>(key.tcpm_addr).sin_port = 0;
  key.tcpm_keylen = 6;
  std::memcpy(key.tcpm_key, "secret", 6);
  if (::setsockopt(socket.fd(), IPPROTO_TCP, TCP_MD5SIG, &key, sizeof key) != 0)
    GTEST_SKIP() << "this kernel has no TCP-MD5";
  ASSERT_EQ(::listen(socket.fd(), 8), 0);
  const Said said = probe();
  EXPECT_EQ(said.cause(), "signature-missing") << said.text;
  EXPECT_EQ(said.json["probe"]["cause"], "signature-missing");
  EXPECT_EQ(send({client(), server(), clients(), servers()}).answer, "nothing");
  EXPECT_GT(counter(server(), "TCPMD5NotFound"), 0);
}

TEST_P(Probe, ASocketFilterThatDropsIsNamed) {
  const TcpSocket socket = listening(server(), any());
  sock_filter drop[]{{6, 0, 0, 0}};  // BPF_RET: keep nothing
  const sock_fprog program{1, drop};
  ASSERT_EQ(::setsockopt(socket.fd(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
  const Said said = probe();
  EXPECT_EQ(said.cause(), "socket-filter") << said.text;
  EXPECT_EQ(said.json["certain"], true) << said.text;
  EXPECT_EQ(said.json["probe"]["as_predicted"], true) << said.text;
  EXPECT_EQ(said.json["probe"]["cause"], "socket-filter") << said.text;
}

// What it drops depends on the segment.
TEST_P(Probe, ASocketFilterThatLooksAtTheSegmentIsTried) {
  const TcpSocket socket = listening(server(), any());
  // The flags of TCP: whoever has SYN is dropped.
  sock_filter drop[]{{0x30, 0, 0, 13}, {0x45, 0, 1, 2}, {6, 0, 0, 0}, {6, 0, 0, ~0U}};
  const sock_fprog program{4, drop};
  ASSERT_EQ(::setsockopt(socket.fd(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
  const Said said = probe();
  EXPECT_EQ(said.cause(), "listening") << said.text;
  EXPECT_EQ(said.json["certain"], false);
  EXPECT_EQ(said.json["probe"]["cause"], module_is_wanted() ? "dropped" : "socket-filter")
      << said.text;
}

// A client that has lost its connection, and a server that has not: RFC 9293, 3.5.1.
TEST_P(Probe, IntoAHalfOpenConnectionIsChallengedAsPredicted) {
  TcpSocket socket = listening(server(), any());
  vanish(connected(client(), clients(), servers()));
  const Said said = probe();
  EXPECT_EQ(said.cause(), "connection-in-the-way") << said.text;
  EXPECT_EQ(said.json["probe"]["as_predicted"], true) << said.text;
  EXPECT_EQ(said.json["probe"]["cause"], "connection-in-the-way");
  EXPECT_EQ(said.json["probe"]["connect"], "0") << "the second SYN is answered";
  EXPECT_EQ(said.status, 0);
}

TEST_P(Probe, IsSentByTheNeighbourOfSeveralWithItsAddress) {
  const Namespace impostor = make_impostor(clients().address);
  TcpSocket socket = listening(server(), any());
  const Said said = probe();
  EXPECT_EQ(said.status, 0) << said.text;
  EXPECT_EQ(socket.accept(soon()).error, 0);
}

TEST_P(Probe, OfSeveralThatAreNotToldApartIsNotSent) {
  const Endpoint theirs{*Address::parse(ipv4() ? "10.0.0.78" : "fd00::78"), client_port};
  const Namespace impostor = make_impostor(theirs.address), other = make_impostor(theirs.address);
  const Said said = explain(server(), theirs, servers(), {"--probe"});
  EXPECT_EQ(said.status, 3);
  EXPECT_THAT(said.text, HasSubstr("have the address " + theirs.address.str()));
}

// A route back over another link, where nobody has the client's address.
TEST_P(Probe, NamesTheNextHopOfTheAnswerThatIsSilent) {
  const std::string family = ipv4() ? "" : "-6 ", length = ipv4() ? "/32" : "/128";
  if (!run_in(server(), "ip link add away type veth peer name unused") ||
      !run_in(server(), "ip link set unused up") || !run_in(server(), "ip link set away up"))
    GTEST_SKIP() << "no ip(8)";
  run_in(server(), "ip " + family + "route add " + clients().address.str() + length + " dev away");
  const TcpSocket socket = listening(server(), any());
  const Said said = probe();
  EXPECT_EQ(said.json["probe"]["cause"], "no-neighbour-for-answer") << said.text;
  EXPECT_THAT(said.text, HasSubstr("away"));
}

// arp_process() asks the reverse path filter, too: the SYN is not even sent.
TEST_P(Probe, NamesTheReversePathFilterOfAReceiverThatAnswersNoArp) {
  if (!ipv4()) GTEST_SKIP() << "IPv6 has no rp_filter";
  const TcpSocket socket = listening(server(), any());
  const std::string source = "10.99.0.1";
  if (!run_in(client(), "ip addr add " + source + "/32 dev lo")) GTEST_SKIP() << "no ip(8)";
  write_sysctl(server(), "net/ipv4/conf/eth0/rp_filter", "1");
  for (const Namespace* host : {&client(), &server()})
    ASSERT_TRUE(run_in(*host, "ip link set eth0 arp on"));
  const Said said =
      explain(server(), {servers().str(), "from", source, "--device", "eth0", "--probe"});
  EXPECT_EQ(said.cause(), "reverse-path-filter") << said.text;
  EXPECT_EQ(said.json["probe"]["cause"], "reverse-path-filter") << said.text;
  EXPECT_EQ(said.json["probe"]["connect"], "EHOSTUNREACH") << said.text;
  EXPECT_EQ(said.json["probe"]["certain"], true) << said.text;
}

TEST_P(Probe, FromAnAddressOfNobodyIsNotSent) {
  const Endpoint nobodys{*Address::parse(ipv4() ? "10.0.0.77" : "fd00::77"), client_port};
  const Said said = explain(server(), nobodys, servers(), {"--probe"});
  EXPECT_EQ(said.status, 3);
  EXPECT_THAT(said.text, HasSubstr(nobodys.address.str()));
}

}  // namespace
}  // namespace lab::test
