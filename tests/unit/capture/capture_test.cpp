// SPDX-License-Identifier: MIT
#include "capture/capture.hpp"

#include <gmock/gmock.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip6.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "net/ping.hpp"
#include "unit/net/two_hosts.hpp"

namespace lab {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;

// "> S", "< R.": direction and flags; other protocols by name.
std::vector<std::string> summary(const std::vector<Packet>& packets) {
  std::vector<std::string> result;
  for (const Packet& packet : packets)
    result.push_back((packet.outgoing ? "> " : "< ") +
                     (packet.segment ? packet.segment->flags.str() : packet.protocol));
  return result;
}

// Waits for `count` packets, then takes what else has come.
std::vector<Packet> drained(Capture& capture, std::size_t count) {
  std::vector<Packet> packets;
  const Deadline deadline = soon();
  while (packets.size() < count && await_events(capture.fd(), POLLIN, deadline))
    capture.drain(packets);
  return packets;
}

class CaptureTest : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ROOT();
    hosts.emplace();
  }
  std::optional<TwoHosts> hosts;
};
INSTANTIATE_TEST_SUITE_P(, CaptureTest, testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(CaptureTest, SeesBothDirectionsAtBothEnds) {
  const Timestamp begin = now();
  Capture client(hosts->client.space, "client");
  Capture server(hosts->server.space, "server");
  TcpSocket socket = hosts->client.socket(GetParam());
  ASSERT_EQ(socket.connect(hosts->server.at(GetParam(), 8888)).error, EINPROGRESS);
  ASSERT_EQ(socket.await_connected(soon()).error, ECONNREFUSED);

  const std::vector<Packet> at_client = drained(client, 2);
  const std::vector<Packet> at_server = drained(server, 2);
  EXPECT_THAT(summary(at_client), ElementsAre("> S", "< R."));
  EXPECT_THAT(summary(at_server), ElementsAre("< S", "> R."));
  EXPECT_THAT(at_client, Each(Field(&Packet::host, "client")));
  EXPECT_THAT(at_client, Each(Field(&Packet::device, "eth0")));
  EXPECT_EQ(at_client[0].segment, at_server[0].segment);
  EXPECT_EQ(at_client[0].segment->source, socket.local());
  EXPECT_EQ(client.dropped() + server.dropped(), 0u);
  EXPECT_EQ(client.unstamped() + server.unstamped(), 0u);

  // One clock: SYN leaves, SYN arrives, RST leaves, RST arrives.
  const std::vector<Timestamp> times{
      begin, at_client[0].time, at_server[0].time, at_server[1].time, at_client[1].time, now()};
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end())) << testing::PrintToString(times);
}

TEST_P(CaptureTest, SeesNothingOnAnIdleLink) {
  TestHost one("one", {"eth0", Mac::numbered(1), 2}, address("10.0.0.1"), address("fd00::1"));
  TestHost two("two", {"eth0", Mac::numbered(2), 2}, address("10.0.0.2"), address("fd00::2"));
  Capture capture(one.space, "one");  // from before there is a link
  for (const TestHost* host : {&one, &two})
    write_sysctl(host->space, "net/ipv6/conf/default/mldv2_unsolicited_report_interval", "1");
  add_veth(one.netlink, one.end, two.space, two.end);
  for (TestHost* host : {&one, &two}) {
    set_link_up(host->netlink, host->end);
    add_address(host->netlink, host->end.index, host->at(GetParam(), 0).address, 24);
  }
  await_running(one.netlink, one.end, soon());
  await_address(one.netlink, one.at(GetParam(), 0).address, soon());

  // A second link, later and not silenced. When both its ends have solicited routers, the
  // kernel would have sent on the first link, too, what it sends by itself.
  const LinkEnd near{"eth1", Mac::numbered(3), 3}, far{"eth1", Mac::numbered(4), 3};
  for (const TestHost* host : {&one, &two})
    write_sysctl(host->space, "net/ipv6/conf/default/addr_gen_mode", "0");  // EUI-64
  add_veth(one.netlink, near, two.space, far);
  set_link_up(one.netlink, near);
  set_link_up(two.netlink, far);
  std::vector<Packet> packets;
  const auto solicited = [&](bool by_us) {
    return std::ranges::any_of(packets, [&](const Packet& packet) {
      constexpr std::size_t type = sizeof(ether_header) + sizeof(ip6_hdr);
      return packet.device == "eth1" && packet.outgoing == by_us && packet.protocol == "icmp6" &&
             packet.bytes.size() > type && packet.bytes[type] == ND_ROUTER_SOLICIT;
    });
  };
  const Deadline deadline = soon();
  while (!(solicited(true) && solicited(false)) &&
         await_events(capture.fd(), POLLIN, deadline))
    capture.drain(packets);
  EXPECT_TRUE(solicited(true) && solicited(false)) << "the second link is silent, too";
  EXPECT_EQ(std::ranges::count(packets, "eth0", &Packet::device), 0)
      << testing::PrintToString(summary(packets));
}

TEST_P(CaptureTest, SeesEachPacketOnTheLoopbackTwice) {
  Capture capture(hosts->client.space, "client");
  ASSERT_EQ(ping(hosts->client.space, Address::loopback(GetParam()), soon()), Result{});
  const std::string icmp = GetParam() == Family::inet ? "icmp" : "icmp6";
  const std::vector<Packet> packets = drained(capture, 4);
  EXPECT_THAT(summary(packets), ElementsAre("> " + icmp, "< " + icmp, "> " + icmp, "< " + icmp));
  EXPECT_THAT(packets, Each(Field(&Packet::device, "lo")));
}

TEST_P(CaptureTest, CapturesOneDeviceOnRequest) {
  Capture capture(hosts->client.space, "client", "eth0");
  ASSERT_EQ(ping(hosts->client.space, Address::loopback(GetParam()), soon()), Result{});
  ASSERT_EQ(ping(hosts->client.space, hosts->server.at(GetParam(), 0).address, soon()), Result{});
  const std::vector<Packet> packets = drained(capture, 2);
  EXPECT_EQ(packets.size(), 2u);
  EXPECT_THAT(packets, Each(Field(&Packet::device, "eth0")));
}

TEST_P(CaptureTest, SeesHeldPacketsWhenTheyLeave) {
  Capture capture(hosts->client.space, "client");
  auto hold = make_hold(hosts->from(hosts->client));
  hold->hold();
  TcpSocket socket = hosts->client.socket(GetParam());
  ASSERT_EQ(socket.connect(hosts->server.at(GetParam(), 8888)).error, EINPROGRESS);
  EXPECT_FALSE(await_events(capture.fd(), POLLIN, shortly()));  // no ARP, no ND either
  const Timestamp released = now();
  hold->release_all();
  const std::vector<Packet> packets = drained(capture, 2);
  EXPECT_THAT(summary(packets), ElementsAre("> S", "< R."));
  EXPECT_GE(packets[0].time, released);
}

TEST_P(CaptureTest, CountsDroppedPackets) {
  Capture capture(hosts->client.space, "client");
  // Its own limit is too generous to fill in a test.
  const int little = 1;
  ASSERT_EQ(::setsockopt(capture.fd(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little), 0);
  for (int i = 0; i < 10; ++i)
    ASSERT_EQ(ping(hosts->client.space, hosts->server.at(GetParam(), 0).address, soon()), Result{});
  std::vector<Packet> packets;
  const std::size_t seen = capture.drain(packets);
  EXPECT_LT(seen, 20u);
  EXPECT_EQ(seen + capture.dropped(), 20u);
  EXPECT_EQ(seen + capture.dropped(), 20u);  // it adds up, and does not forget
}

TEST_P(CaptureTest, SeesSegmentsAsTheyWouldBeOnAWire) {
  TcpSocket listening = hosts->server.socket(GetParam());
  ASSERT_EQ(listening.bind(hosts->server.at(GetParam(), 8888)), Result{});
  ASSERT_EQ(listening.listen(1), Result{});
  TcpSocket client = hosts->client.socket(GetParam());
  ASSERT_EQ(client.connect(hosts->server.at(GetParam(), 8888)).error, EINPROGRESS);
  ASSERT_EQ(client.await_connected(soon()), Result{});
  Accepted accepted = listening.accept(soon());
  ASSERT_EQ(accepted.error, 0);

  Capture capture(hosts->client.space, "client");
  const std::string data(20000, 'x');
  ASSERT_EQ(client.send(data, soon()), Result{});
  ASSERT_EQ(accepted.socket->receive(data.size(), soon()).data, data);
  std::size_t sent = 0;
  for (const Packet& packet : drained(capture, 14)) {
    EXPECT_LE(packet.bytes.size(), 1514u);
    if (packet.outgoing) sent += packet.segment->length;
  }
  EXPECT_EQ(sent, data.size());
}

TEST(Capture, KeepsTheBeginningOfAFrameThatIsTooLongAndSaysHowMuchIsMissing) {
  SKIP_WITHOUT_ROOT();
  TestHost host("host", {"eth0", Mac::numbered(1), 2}, address("10.0.0.1"), address("fd00::1"));
  constexpr std::size_t too_much = 1000;
  const std::vector<std::uint8_t> frame(PacketSocket::snap_length + too_much, 0x42);
  const Fd sender = in(host.space, [&] {
    Fd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    ifreq lo{};
    std::strcpy(lo.ifr_name, "lo");
    lo.ifr_mtu = static_cast<int>(frame.size());
    EXPECT_EQ(::ioctl(fd.get(), SIOCSIFMTU, &lo), 0);
    return fd;
  });
  Capture capture(host.space, "host");
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = 1;  // lo, always
  ASSERT_EQ(::sendto(sender.get(), frame.data(), frame.size(), 0, reinterpret_cast<sockaddr*>(&to),
                     sizeof to),
            static_cast<ssize_t>(frame.size()));
  const std::vector<Packet> packets = drained(capture, 2);
  ASSERT_EQ(packets.size(), 2u);
  for (const Packet& packet : packets) {
    EXPECT_EQ(packet.bytes.size(), PacketSocket::snap_length);
    EXPECT_EQ(packet.missing, too_much);
  }
}

}  // namespace
}  // namespace lab
