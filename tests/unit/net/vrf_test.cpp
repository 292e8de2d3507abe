// SPDX-License-Identifier: MIT
#include "net/vrf.hpp"

#include <cerrno>

#include "net/route.hpp"
#include "unit/net/two_hosts.hpp"

namespace lab {
namespace {

constexpr int vrf_index = 9;
constexpr std::uint32_t table = 1009;

// The server's eth0 in a VRF "red".
class VrfTest : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ROOT();
    hosts.emplace();
    TestHost& server = hosts->server;
    if (!add_vrf(server.netlink, "red", vrf_index, table)) GTEST_SKIP() << "this kernel has no VRF";
    enslave(server.netlink, server.end, vrf_index);
    // IPv4 keeps its address, IPv6 does not; the neighbours are gone.
    const Address own = server.at(GetParam(), 0).address;
    if (GetParam() == Family::inet6) add_address(server.netlink, server.end.index, own, 64);
    add_neighbour(server.netlink, server.end.index, hosts->client.at(GetParam(), 0).address,
                  hosts->client.end.mac);
    for (TestHost* host : {&hosts->client, &hosts->server})
      await_running(host->netlink, host->end, soon());
    await_address(server.netlink, own, soon(), vrf_index);
  }

  std::optional<TwoHosts> hosts;
};
INSTANTIATE_TEST_SUITE_P(, VrfTest, testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(VrfTest, HasItsAddressLocalOnlyInside) {
  const Address own = hosts->server.at(GetParam(), 0).address;
  EXPECT_FALSE(is_local(hosts->server.netlink, own));
  EXPECT_EQ(ask_route(hosts->server.netlink, {.destination = own, .leaves_by = vrf_index}).type,
            RouteType::local);
}

TEST_P(VrfTest, DeliversOnlyToSocketsBoundToIt) {
  const Endpoint at_server = hosts->server.at(GetParam(), 80);
  TcpSocket unbound = hosts->server.socket(GetParam());
  ASSERT_EQ(unbound.bind({Address::any(GetParam()), 80}), Result{});
  ASSERT_EQ(unbound.listen(1), Result{});
  TcpSocket early = hosts->client.socket(GetParam());
  ASSERT_EQ(early.connect(at_server).error, EINPROGRESS);
  EXPECT_EQ(early.await_connected(soon()).error, ECONNREFUSED);

  TcpSocket bound = hosts->server.socket(GetParam());
  ASSERT_EQ(bound.bind_to_device("red"), Result{});
  ASSERT_EQ(bound.bind({Address::any(GetParam()), 80}), Result{});
  ASSERT_EQ(bound.listen(1), Result{});
  TcpSocket late = hosts->client.socket(GetParam());
  ASSERT_EQ(late.connect(at_server).error, EINPROGRESS);
  EXPECT_EQ(late.await_connected(soon()), Result{});
}

}  // namespace
}  // namespace lab
