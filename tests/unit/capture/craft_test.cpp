// SPDX-License-Identifier: MIT
//
// The decoder reads what net/craft.hpp writes, and a kernel accepts it.
#include <gmock/gmock.h>
#include <poll.h>

#include "capture/capture.hpp"
#include "capture/decode.hpp"
#include "net/craft.hpp"
#include "net/inject.hpp"
#include "unit/net/two_hosts.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

const Hop hop{Mac::numbered(1), Mac::numbered(2)};

class CraftTest : public testing::TestWithParam<Family> {
 protected:
  Address address_of(int host) const {
    return *Address::parse((GetParam() == Family::inet ? "10.0.0." : "fd00::") +
                           std::to_string(host));
  }
  // With every field other than its default.
  Segment segment() const {
    Segment made;
    made.source = {address_of(1), 40000};
    made.destination = {address_of(2), 8888};
    made.flags = TcpFlags::from_byte(0xff);
    made.sequence = 0x89abcdef;
    made.acknowledgment = 0xfedcba98;
    made.window = 1024;
    made.length = 5;
    made.options.mss = 1400;
    made.options.sack_permitted = true;
    made.options.timestamps = {{4'000'000'000, 7}};
    made.options.window_scale = 14;
    made.options.fastopen_cookie = {1, 2, 3, 4};
    made.options.sack = {{10, 20}};
    made.options.kinds = {2, 4, 8, 3, 34, 5};
    return made;
  }
};
INSTANTIATE_TEST_SUITE_P(, CraftTest, testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(CraftTest, DecodesASegmentAsItWasWritten) {
  Packet packet;
  packet.bytes = tcp_frame(hop, segment(), "Hello");
  decode(packet);
  EXPECT_EQ(packet.protocol, "tcp");
  EXPECT_EQ(packet.segment, segment());
}

TEST_P(CraftTest, DecodesAnErrorAsItWasWritten) {
  const FrameBytes frame = tcp_frame(hop, segment(), "Hello");
  for (const char* name : {"net-unreachable", "host-unreachable", "protocol-unreachable",
                           "port-unreachable", "frag-needed", "admin-prohibited"}) {
    const IcmpCode code = icmp_code(name, GetParam()).value();
    Packet packet;
    packet.bytes = icmp_error_frame(hop, address_of(2), address_of(1), code, 1280,
                                    std::span(frame).subspan(14));
    decode(packet);
    ASSERT_TRUE(packet.icmp) << name;
    EXPECT_EQ(packet.icmp->name(), name);
    EXPECT_EQ(packet.icmp->source, address_of(2));
    EXPECT_EQ(packet.icmp->destination, address_of(1));
    EXPECT_EQ(packet.icmp->mtu, std::string_view(name) == "frag-needed" ? 1280u : 0u);
    EXPECT_EQ(packet.icmp->about,
              (IcmpError::Quoted{segment().source, segment().destination, segment().sequence}));
  }
}

// A SYN to an unused port: the kernel answers it only if its checksum is right.
TEST_P(CraftTest, GetsAnAnswerToAnInjectedSegment) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  Capture client(hosts.client.space, "client");
  Segment syn = segment();
  syn.flags = *TcpFlags::parse("S");
  Injector injector(hosts.client.space);
  injector.send(hosts.client.end, tcp_frame(hop, syn, ""));

  std::vector<Packet> packets;
  const Deadline deadline = soon();
  while (packets.size() < 2 && await_events(client.fd(), POLLIN, deadline)) client.drain(packets);
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_TRUE(packets[0].outgoing);
  EXPECT_EQ(packets[0].segment->sequence, syn.sequence);
  EXPECT_EQ(packets[1].segment->flags.str(), "R.");
  EXPECT_EQ(packets[1].segment->acknowledgment, syn.sequence + 1);
}

// One packet at the receiver, whose kernel answers it only if its checksum is right.
TEST_P(CraftTest, ASegmentLongerThanTheMtuArrivesAsOne) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts(TwoHosts::Offloads::on);  // else the link divides it
  Capture server(hosts.server.space, "server");
  Segment data = segment();
  data.flags = *TcpFlags::parse("P");
  const std::string bytes(5000, 'x');
  Injector(hosts.client.space).send_whole(hosts.client.end, tcp_frame(hop, data, bytes), 1000);

  std::vector<Packet> packets;
  const Deadline deadline = soon();
  while (packets.size() < 2 && await_events(server.fd(), POLLIN, deadline)) server.drain(packets);
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_FALSE(packets[0].outgoing);
  EXPECT_EQ(packets[0].segment->length, bytes.size());
  EXPECT_EQ(packets[1].segment->flags.str(), "R.");
  EXPECT_EQ(packets[1].segment->acknowledgment, data.sequence + bytes.size());
}

// ICMP's checksum, likewise, and the connect that ends by it.
TEST_P(CraftTest, MakesTheKernelBelieveAnError) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  // No host has this address, so there is no answer.
  const Endpoint nobody{address_of(9), 8888};
  add_neighbour(hosts.client.netlink, hosts.client.end.index, nobody.address, hosts.server.end.mac);
  Capture server(hosts.server.space, "server");
  TcpSocket socket = hosts.client.socket(GetParam());
  ASSERT_EQ(socket.connect(nobody).error, EINPROGRESS);
  std::vector<Packet> packets;
  const Deadline deadline = soon();
  while (packets.empty() && await_events(server.fd(), POLLIN, deadline)) server.drain(packets);
  ASSERT_FALSE(packets.empty());

  Injector(hosts.server.space)
      .send(hosts.server.end,
            icmp_error_frame({hosts.server.end.mac, hosts.client.end.mac}, address_of(2),
                             address_of(1), icmp_code("port-unreachable", GetParam()).value(), 0,
                             std::span(packets[0].bytes).subspan(14)));
  EXPECT_EQ(socket.await_connected(soon()).error, ECONNREFUSED);
}

TEST(Injector, SaysWhereItCouldNotSend) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  set_link_down(hosts.client.netlink, hosts.client.end);
  try {
    Injector(hosts.client.space).send(hosts.client.end, std::vector<std::uint8_t>(60));
    FAIL() << "sent by a link that is down";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.error(), ENETDOWN);
    EXPECT_STREQ(error.what(), "sendto(AF_PACKET)(eth0 of client): Network is down");
  }
}

}  // namespace
}  // namespace lab
