// SPDX-License-Identifier: MIT
//
// `explain` against reality: for each cause that it knows, the case is made
// with real sockets, `explain` is asked, and then a real SYN is sent. What it
// foretold must be what happened.
//
// Runs here as root, and in a guest of each kernel, with the module and without
// (explain_guest_test.cpp says with which: LAB_MODULE).
#include <gmock/gmock.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vrf.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "explain_world.hpp"
#include "firewall.hpp"
#include "net/route.hpp"
#include "util/error.hpp"

namespace lab::test {
namespace {

using ::testing::HasSubstr;

constexpr std::uint16_t port = 8888, client_port = 40000;

// With LAB_MODULE=none the guest's module is taken out first.
class Module : public ::testing::Environment {
 public:
  void SetUp() override {
    const char* wanted = std::getenv("LAB_MODULE");
    if (!wanted || std::strcmp(wanted, "none") != 0) return;
    ASSERT_EQ(::syscall(SYS_delete_module, "tcp_lookup", 0), 0) << std::strerror(errno);
  }
};
[[maybe_unused]] const auto* const environment = ::testing::AddGlobalTestEnvironment(new Module);

bool module_is_wanted() {
  const char* wanted = std::getenv("LAB_MODULE");
  return wanted && std::strcmp(wanted, "loaded") == 0;
}

class Reality : public ::testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ROOT();
    hosts_.emplace();
  }

  Namespace& server() { return hosts_->server.space; }
  Namespace& client() { return hosts_->client.space; }
  Family family() const { return GetParam(); }
  bool ipv4() const { return family() == Family::inet; }
  Endpoint servers(std::uint16_t at = port) const { return hosts_->server.at(family(), at); }
  Endpoint clients(std::uint16_t at = client_port) const { return hosts_->client.at(family(), at); }
  Endpoint any(std::uint16_t at = port) const { return {Address::any(family()), at}; }
  Endpoint loopback(std::uint16_t at = port) const { return {Address::loopback(family()), at}; }

  // The device first: a kernel 6.1 warns when a socket that is bound already gets one.
  TcpSocket listening_on(const char* device) {
    TcpSocket socket = TcpSocket::create(server(), family());
    EXPECT_TRUE(socket.bind_to_device(device).ok());
    EXPECT_TRUE(socket.bind(any()).ok());
    EXPECT_TRUE(socket.listen(8).ok());
    return socket;
  }

  // A SYN from the client to the server, explained on the server.
  Said expect_over_the_link(const std::string& cause, std::vector<std::string> more = {}) {
    const Said said = explain(server(), clients(), servers(), more);
    expect_foretold(said, cause, send({client(), server(), clients(), servers()}));
    return said;
  }

  // A SYN of the server to itself.
  Said expect_within(const std::string& cause, const Endpoint& source,
                     const Endpoint& destination) {
    const Said said = explain(server(), source, destination);
    expect_foretold(said, cause, send({server(), server(), source, destination}));
    return said;
  }
  Said expect_on_loopback(const std::string& cause) {
    return expect_within(cause, loopback(client_port), loopback());
  }

  std::optional<TwoHosts> hosts_;
};

INSTANTIATE_TEST_SUITE_P(, Reality, ::testing::Values(Family::inet, Family::inet6),
                         [](const auto& each) { return std::string(to_string(each.param)); });

// --- who gives the answer ---

TEST_P(Reality, TheModuleIsAskedWhereItIsLoaded) {
  const Said said = explain(server(), clients(), servers());
  EXPECT_EQ(said.json["inferred"], !module_is_wanted()) << said.text;
  EXPECT_EQ(said.json.contains("lookup"), module_is_wanted());
}

// --- nobody answers ---

TEST_P(Reality, NothingBound) {
  expect_over_the_link("nothing-bound");
  expect_on_loopback("nothing-bound");
}

TEST_P(Reality, BoundAndNotListening) {
  const TcpSocket socket = bound(server(), any());
  const Said said = expect_over_the_link("not-listening");
  EXPECT_THAT(said.json["summary"], HasSubstr(std::to_string(::getpid())));
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(socket.fd())));
}

TEST_P(Reality, ListeningOnAnotherAddress) {
  const TcpSocket socket = listening(server(), loopback());
  const Said said = expect_over_the_link("other-address");
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(socket.fd())));
}

TEST_P(Reality, ListeningForTheOtherFamilyOnly) {
  const Family other = ipv4() ? Family::inet6 : Family::inet;
  TcpSocket socket = TcpSocket::create(server(), other);
  if (ipv4()) {
    ASSERT_TRUE(socket.set_v6only(true).ok());
  }
  ASSERT_TRUE(socket.bind({Address::any(other), port}).ok());
  ASSERT_TRUE(socket.listen(1).ok());
  expect_over_the_link(ipv4() ? "ipv6-only" : "ipv4-only");
}

TEST_P(Reality, ListeningOnAnotherDevice) {
  const TcpSocket socket = listening_on("lo");
  expect_over_the_link("other-device");
  expect_on_loopback("listening");
}

// What is sent to an own address of eth0 counts as having come in on eth0.
TEST_P(Reality, ASynToItselfComesInOnTheInterfaceThatHasTheAddress) {
  const TcpSocket socket = listening_on("eth0");
  expect_within("listening", servers(client_port), servers());
  expect_on_loopback("other-device");
}

TEST_P(Reality, ListeningInAnotherNamespace) {
  const TcpSocket socket = listening(client(), any());
  const Said said = expect_over_the_link("other-namespace");
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(socket.fd())));
}

// --- a listener ---

TEST_P(Reality, Listening) {
  const TcpSocket socket = listening(server(), any());
  const Said said = expect_over_the_link("listening");
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(socket.fd())));
  expect_on_loopback("listening");
}

TEST_P(Reality, ListeningForBothFamilies) {
  TcpSocket socket = TcpSocket::create(server(), Family::inet6);
  ASSERT_TRUE(socket.set_v6only(false).ok());
  ASSERT_TRUE(socket.bind({Address::any(Family::inet6), port}).ok());
  ASSERT_TRUE(socket.listen(1).ok());
  expect_over_the_link("listening");
}

TEST_P(Reality, WithoutASourceItIsWhatConnectChooses) {
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), {loopback().str()});
  EXPECT_EQ(said.json["question"]["assumed"], (nlohmann::json{"source", "port"})) << said.text;
  const Endpoint source = *Endpoint::parse(std::string(said.json["question"]["source"]));
  expect_foretold(said, "listening", send({server(), server(), source, loopback()}));
}

TEST_P(Reality, AFullAcceptQueue) {
  const TcpSocket socket = listening(server(), any(), 0);
  const TcpSocket waits = connected(server(), loopback(0), loopback());
  expect_over_the_link("accept-queue-full");
}

TEST_P(Reality, SynCookiesByDecree) {
  write_sysctl(server(), "net/ipv4/tcp_syncookies", "2");
  const TcpSocket socket = listening(server(), any());
  const long before = counter(server(), "SyncookiesSent");
  expect_over_the_link("syn-cookies");
  EXPECT_EQ(counter(server(), "SyncookiesSent"), before + 1);
}

// Two requests and a backlog of one: full by any kernel's count.
TEST_P(Reality, AFullRequestQueueMeansSynCookies) {
  const TcpSocket socket = deferring(server(), any(), 1);
  const TcpSocket one = connected(server(), loopback(0), loopback());
  const TcpSocket other = connected(server(), loopback(0), loopback());
  const long before = counter(server(), "SyncookiesSent");
  expect_over_the_link("syn-cookies");
  EXPECT_EQ(counter(server(), "SyncookiesSent"), before + 1);
}

TEST_P(Reality, AFullRequestQueueWithoutSynCookies) {
  const TcpSocket socket = deferring(server(), any(), 1);
  const TcpSocket one = connected(server(), loopback(0), loopback());
  const TcpSocket other = connected(server(), loopback(0), loopback());
  write_sysctl(server(), "net/ipv4/tcp_syncookies", "0");
  expect_over_the_link("request-queue-full");
}

// As many requests as the backlog: kernels differ, and explain finds out.
TEST_P(Reality, ARequestQueueThatIsFullByACount) {
  const TcpSocket socket = deferring(server(), any(), 1);
  const TcpSocket one = connected(server(), loopback(0), loopback());
  write_sysctl(server(), "net/ipv4/tcp_syncookies", "0");
  const Said said = explain(server(), clients(), servers());
  EXPECT_THAT(said.cause(), ::testing::AnyOf("listening", "request-queue-full"));
  expect_foretold(said, said.cause(), send({client(), server(), clients(), servers()}));
}

TEST_P(Reality, ABacklogOfNothing) {
  const TcpSocket socket = listening(server(), any(), 0);
  const long before = counter(server(), "SyncookiesSent");
  const Said said = explain(server(), clients(), servers());
  expect_foretold(said, said.cause(), send({client(), server(), clients(), servers()}));
  const bool cookie = counter(server(), "SyncookiesSent") == before + 1;
  EXPECT_EQ(said.cause(), cookie ? "syn-cookies" : "listening");
}

// --- something with this 4-tuple is there already ---

TEST_P(Reality, AConnectionWhoseClientIsGone) {
  TcpSocket socket = listening(server(), any());
  TcpSocket gone = connected(client(), clients(), servers());
  const Accepted child = socket.accept(soon());
  ASSERT_EQ(child.error, 0);
  vanish(std::move(gone));
  const Said said = expect_over_the_link("connection-in-the-way");
  EXPECT_THAT(said.json["summary"], HasSubstr("ESTABLISHED"));
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(child.socket->fd())));
}

TEST_P(Reality, ARequestWhoseClientIsGone) {
  const TcpSocket socket = deferring(server(), any());
  vanish(connected(client(), clients(), servers()));
  expect_over_the_link("request-in-the-way");
}

// The end that closes first waits.
void close_first(TcpSocket& one, TcpSocket* other) {
  ASSERT_TRUE(one.shutdown(SHUT_WR).ok());
  const Deadline deadline = soon();
  while (one.info().state != TcpState::fin_wait_2) ASSERT_FALSE(deadline.passed());
  one.close();
  if (other) other->close();
}

TEST_P(Reality, TimeWaitBeforeAListener) {
  TcpSocket socket = listening(server(), any());
  TcpSocket peer = connected(client(), clients(), servers());
  TcpSocket child = *socket.accept(soon()).socket;
  close_first(child, &peer);
  await_row(server(), [](const Row& row) { return row.state == TcpState::time_wait; });
  const Said said = expect_over_the_link("listening");
  EXPECT_THAT(said.text, HasSubstr("TIME-WAIT"));
}

TEST_P(Reality, TimeWaitAndNobodyListens) {
  TcpSocket socket = listening(server(), any());
  TcpSocket peer = connected(client(), clients(), servers());
  TcpSocket child = *socket.accept(soon()).socket;
  close_first(child, &peer);
  socket.close();
  await_row(server(), [](const Row& row) { return row.state == TcpState::time_wait; });
  expect_over_the_link("time-wait-in-the-way");
}

TEST_P(Reality, HalfClosedAndTheOtherHalfGone) {
  TcpSocket socket = listening(server(), any());
  TcpSocket peer = connected(client(), clients(), servers());
  TcpSocket child = *socket.accept(soon()).socket;
  close_first(child, nullptr);
  vanish(std::move(peer));
  await_row(server(), [](const Row& row) { return row.kind == Kind::timewait; });
  expect_over_the_link("connection-in-the-way");
}

TEST_P(Reality, SimultaneousOpen) {
  // What the server sends gets lost, its own SYN too.
  add_neighbour(hosts_->server.netlink, hosts_->server.end.index, clients().address,
                Mac::numbered(99));
  TcpSocket waiting = bound(server(), servers());
  ASSERT_EQ(waiting.connect(clients()).error, EINPROGRESS);
  const Said said = expect_over_the_link("simultaneous-open");
  EXPECT_THAT(said.json["summary"], HasSubstr("fd " + std::to_string(waiting.fd())));
}

TEST_P(Reality, SelfConnect) { expect_within("self-connect", loopback(), loopback()); }

TEST_P(Reality, TheEphemeralRangeIsARisk) {
  write_sysctl(server(), "net/ipv4/ip_local_port_range", "50000 50100");
  Said said = explain(server(), loopback(client_port), loopback(50001));
  EXPECT_THAT(said.text, HasSubstr("self-connect-risk"));
  write_sysctl(server(), "net/ipv4/ip_local_reserved_ports", "50000-50001");
  said = explain(server(), loopback(client_port), loopback(50001));
  EXPECT_THAT(said.text, HasSubstr("reserved-port"));
}

// --- routing has the first word ---

TEST_P(Reality, NotLocal) {
  const Endpoint nobodys{*Address::parse(ipv4() ? "10.0.0.9" : "fd00::9"), port};
  // The client's link believes that the server has it.
  add_neighbour(hosts_->client.netlink, hosts_->client.end.index, nobodys.address,
                hosts_->server.end.mac);
  const Said said = explain(server(), clients(), nobodys);
  expect_foretold(said, "not-local", send({client(), server(), clients(), nobodys}));
}

TEST_P(Reality, AnotherNamespaceHasTheAddress) {
  const Said said = explain(client(), clients(), servers());
  EXPECT_EQ(said.cause(), "not-local");
  EXPECT_THAT(said.json["summary"], HasSubstr("but of"));
  EXPECT_THAT(said.json["remedy"], HasSubstr("orchestrator explain " + servers().str()));
}

TEST_P(Reality, NoRoute) {
  const Endpoint nowhere{*Address::parse(ipv4() ? "192.0.2.1" : "2001:db8::1"), port};
  const Said said = explain(server(), {nowhere.str()});
  expect_foretold(said, "no-route", send({server(), server(), any(0), nowhere}));
}

TEST_P(Reality, ALoopbackThatWasNeverUp) {
  const Namespace fresh = Namespace::create("fresh");
  const Said said = explain(fresh, {loopback().str()});
  expect_foretold(said, "interface-down", send({fresh, fresh, any(0), loopback()}));
}

// Whatever a namespace sends to itself goes over lo.
TEST_P(Reality, ALoopbackThatWentDown) {
  const TcpSocket socket = listening(server(), any());
  set_link_down(hosts_->server.netlink, {"lo", {}, 1});
  for (const Endpoint& destination : {loopback(), servers()}) {
    const Said said = explain(server(), {destination.str()});
    expect_foretold(said, "interface-down", send({server(), server(), any(0), destination}));
  }
  expect_over_the_link("listening");
}

TEST_P(Reality, AnAddressOfAnInterfaceThatIsDown) {
  if (!ipv4()) write_sysctl(server(), "net/ipv6/conf/eth0/keep_addr_on_down", "1");
  set_link_down(hosts_->server.netlink, hosts_->server.end);
  const Said said = explain(server(), {servers().str()});
  // IPv4 keeps it in the table of local addresses, IPv6 does not.
  expect_foretold(said, ipv4() ? "nothing-bound" : "interface-down",
                  send({server(), server(), any(0), servers()}));
}

TEST_P(Reality, ABroadcastAddress) {
  const Endpoint all{*Address::parse(ipv4() ? "10.0.0.255" : "ff02::1"), port};
  const Said said = explain(server(), servers(client_port), all);
  expect_foretold(said, "not-unicast", send({server(), server(), any(0), all}));
}

// An address that the client has and the server knows nothing of.
class Strange : public Reality {
 protected:
  void SetUp() override {
    Reality::SetUp();
    if (!hosts_) return;
    stranger_ = {*Address::parse(ipv4() ? "192.0.2.1" : "2001:db8::1"), client_port};
    add_address(hosts_->client.netlink, hosts_->client.end.index, stranger_.address,
                ipv4() ? 32 : 128);
    await_address(hosts_->client.netlink, stranger_.address, soon());
  }
  Endpoint stranger_;
};
INSTANTIATE_TEST_SUITE_P(, Strange, ::testing::Values(Family::inet, Family::inet6),
                         [](const auto& each) { return std::string(to_string(each.param)); });

TEST_P(Strange, HasNoRouteBack) {
  if (ipv4()) {
    write_sysctl(server(), "net/ipv4/conf/all/rp_filter", "0");
    write_sysctl(server(), "net/ipv4/conf/eth0/rp_filter", "0");
  }
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), stranger_, servers(), {"--device", "eth0"});
  expect_foretold(said, "no-return-route", send({client(), server(), stranger_, servers()}));
  EXPECT_EQ(explain(server(), stranger_, servers()).cause(), "no-return-route");
}

TEST_P(Strange, ComesTheWrongWay) {
  if (!ipv4()) GTEST_SKIP() << "IPv6 has no rp_filter";
  write_sysctl(server(), "net/ipv4/conf/eth0/rp_filter", "1");
  add_veth(hosts_->server.netlink, {"eth1", Mac::numbered(7), 7}, client(),
           {"eth1", Mac::numbered(8), 8});
  set_link_up(hosts_->server.netlink, {"eth1", Mac::numbered(7), 7});
  set_link_up(hosts_->client.netlink, {"eth1", Mac::numbered(8), 8});
  Route back;
  back.destination = stranger_.address;
  back.prefix_length = 32;
  back.link_index = 7;
  add_route(hosts_->server.netlink, back);
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), stranger_, servers(), {"--device", "eth0"});
  expect_foretold(said, "reverse-path-filter", send({client(), server(), stranger_, servers()}));
}

TEST_P(Reality, AMartian) {
  if (!ipv4()) GTEST_SKIP() << "IPv6 takes packets from its own address";
  // Both have it; the server cannot believe that others do.
  const Endpoint both{*Address::parse("10.0.0.7"), client_port};
  add_address(hosts_->server.netlink, hosts_->server.end.index, both.address, 32);
  add_address(hosts_->client.netlink, hosts_->client.end.index, both.address, 32);
  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), both, servers(), {"--device", "eth0"});
  expect_foretold(said, "martian", send({client(), server(), both, servers()}));
}

// Duplicate address detection takes a second for each of its probes.
TEST_P(Reality, ATentativeAddress) {
  if (ipv4()) GTEST_SKIP() << "IPv4 detects no duplicates";
  const LinkEnd near{"eth1", Mac::numbered(7), 7}, far{"eth1", Mac::numbered(8), 8};
  add_veth(hosts_->server.netlink, near, client(), far);
  write_sysctl(server(), "net/ipv6/conf/eth1/dad_transmits", "100");
  // Up, and with ARP and neighbour discovery: without, nothing would be detected.
  for (const auto& [host, end] : {std::pair(&hosts_->server, near), {&hosts_->client, far}}) {
    rtnl_link* link = rtnl_link_alloc();
    rtnl_link* change = rtnl_link_alloc();
    rtnl_link_set_ifindex(link, end.index);
    rtnl_link_set_flags(change, IFF_UP);
    ASSERT_EQ(rtnl_link_change(host->netlink.get(), link, change, 0), 0);
    rtnl_link_put(link);
    rtnl_link_put(change);
  }
  const Endpoint tentative{*Address::parse("2001:db8::2"), port};
  rtnl_addr* entry = rtnl_addr_alloc();
  rtnl_addr_set_ifindex(entry, near.index);
  rtnl_addr_set_local(entry, to_nl(tentative.address, 64).get());
  ASSERT_EQ(rtnl_addr_add(hosts_->server.netlink.get(), entry, NLM_F_CREATE), 0);
  rtnl_addr_put(entry);

  const TcpSocket socket = listening(server(), any());
  const Said said = explain(server(), {tentative.str()});
  expect_foretold(said, "address-tentative", send({server(), server(), any(0), tentative}));
}

// --- a real SYN instead of a foretold one ---

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
INSTANTIATE_TEST_SUITE_P(, Probe, ::testing::Values(Family::inet, Family::inet6),
                         [](const auto& each) { return std::string(to_string(each.param)); });

TEST_P(Probe, IsRefusedAsForetold) {
  const TcpSocket socket = bound(server(), any());
  const Said said = probe();
  const auto& probe = said.json["probe"];
  EXPECT_EQ(said.status, 1) << said.text;
  EXPECT_EQ(probe["connect"], "ECONNREFUSED") << said.text;
  EXPECT_EQ(probe["as_foretold"], true);
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
  EXPECT_EQ(said.json["probe"]["as_foretold"], true);
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
  EXPECT_EQ(said.json["probe"]["as_foretold"], false);
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

TEST_P(Probe, FromAnAddressOfNobodyIsNotSent) {
  const Endpoint nobodys{*Address::parse(ipv4() ? "10.0.0.77" : "fd00::77"), client_port};
  const Said said = explain(server(), nobodys, servers(), {"--probe"});
  EXPECT_EQ(said.status, 3);
  EXPECT_THAT(said.text, HasSubstr(nobodys.address.str()));
}

// --- VRF ---

class Vrf : public Reality {
 protected:
  void SetUp() override {
    Reality::SetUp();
    if (!hosts_) return;
    Netlink& netlink = hosts_->server.netlink;
    rtnl_link* vrf = rtnl_link_vrf_alloc();
    rtnl_link_set_name(vrf, "blue");
    rtnl_link_set_ifindex(vrf, 9);
    rtnl_link_vrf_set_tableid(vrf, 10);
    rtnl_link_set_flags(vrf, IFF_UP);
    const int error = netlink.error_of(rtnl_link_add(netlink.get(), vrf, NLM_F_CREATE));
    rtnl_link_put(vrf);
    if (error == EOPNOTSUPP) GTEST_SKIP() << "this kernel has no VRFs";
    ASSERT_EQ(error, 0) << std::strerror(error);
    // It goes down and up for it, which costs it its IPv6 addresses.
    ASSERT_EQ(rtnl_link_enslave_ifindex(netlink.get(), 9, hosts_->server.end.index), 0);
    await_running(netlink, hosts_->server.end, soon());
    if (!ipv4()) add_address(netlink, hosts_->server.end.index, servers().address, 64);
    add_neighbour(netlink, hosts_->server.end.index, clients().address, hosts_->client.end.mac);
    const auto local_in_vrf = [&] {
      return ask_route(netlink, {servers().address, std::nullopt, 0, 9}).type == RouteType::local;
    };
    ASSERT_TRUE(await_change(server(), ipv4() ? RTNLGRP_IPV4_ROUTE : RTNLGRP_IPV6_ROUTE,
                             local_in_vrf, soon()));
  }
};
INSTANTIATE_TEST_SUITE_P(, Vrf, ::testing::Values(Family::inet, Family::inet6),
                         [](const auto& each) { return std::string(to_string(each.param)); });

TEST_P(Vrf, IsNotHeardByAListenerOutsideOfIt) {
  const TcpSocket socket = listening(server(), any());
  expect_over_the_link("other-vrf");
  // That the SYN comes in on eth0 is also what explain finds out by itself.
  expect_over_the_link("other-vrf", {"--device", "eth0"});
}

TEST_P(Vrf, IsHeardOutsideOfItByDecree) {
  write_sysctl(server(), "net/ipv4/tcp_l3mdev_accept", "1");
  const TcpSocket socket = listening(server(), any());
  expect_over_the_link("listening");
}

TEST_P(Vrf, IsHeardByItsOwnListener) {
  const TcpSocket socket = listening_on("blue");
  expect_over_the_link("listening");
  expect_on_loopback("other-vrf");
}

TEST_P(Vrf, ItsAddressIsNotLocalOutsideOfIt) {
  const Said said = explain(server(), {servers().str()});
  expect_foretold(said, "other-vrf", send({server(), server(), any(0), servers()}));
}

}  // namespace
}  // namespace lab::test
