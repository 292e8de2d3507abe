// SPDX-License-Identifier: MIT
//
// Two hosts and a link between them, as the tests of net and capture need them:
//
//   client eth0 10.0.0.1, fd00::1  ----  10.0.0.2, fd00::2 eth0 server
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

#include "net/hold.hpp"
#include "net/link.hpp"
#include "net/namespace.hpp"
#include "net/neighbour.hpp"
#include "net/netlink.hpp"
#include "net/socket.hpp"

#define SKIP_WITHOUT_ROOT() \
  if (::geteuid() != 0) GTEST_SKIP() << "network namespaces need root"

namespace lab {

inline Deadline soon() { return Deadline(std::chrono::seconds(10)); }

// How long to watch for what must not happen.
inline Deadline shortly() { return Deadline(std::chrono::milliseconds(50)); }

inline Address address(const char* text) { return *Address::parse(text); }

struct TestHost {
  TestHost(const char* name, LinkEnd its_end, Address v4, Address v6)
      : space(Namespace::create(name)), netlink(space), end(its_end), inet(v4), inet6(v6) {
    silence_ipv6(space);
    set_loopback_up(netlink);
  }

  Endpoint at(Family family, std::uint16_t port) const {
    return {family == Family::inet ? inet : inet6, port};
  }
  TcpSocket socket(Family family) const { return TcpSocket::create(space, family); }

  Namespace space;
  Netlink netlink;
  LinkEnd end;
  Address inet, inet6;
};

struct TwoHosts {
  // Without offloads, a capture sees each segment as it would be on a wire.
  enum class Offloads { off, on };
  explicit TwoHosts(Offloads offloads = Offloads::off) {
    add_veth(client.netlink, client.end, server.space, server.end);
    for (TestHost* host : {&client, &server}) {
      const TestHost& peer = host == &client ? server : client;
      if (offloads == Offloads::off) disable_offloads(host->netlink, host->end.name);
      set_link_up(host->netlink, host->end);
      add_address(host->netlink, host->end.index, host->inet, 24);
      add_address(host->netlink, host->end.index, host->inet6, 64);
      add_neighbour(host->netlink, host->end.index, peer.inet, peer.end.mac);
      add_neighbour(host->netlink, host->end.index, peer.inet6, peer.end.mac);
    }
    for (TestHost* host : {&client, &server}) {
      await_running(host->netlink, host->end, soon());
      for (const Address& own : {host->inet, host->inet6})
        await_address(host->netlink, own, soon());
    }
  }

  HeldLink from(TestHost& host) {
    const TestHost& peer = &host == &client ? server : client;
    return {host.netlink, host.end, {peer.inet, peer.inet6}, peer.end.mac};
  }

  TestHost client{"client", {"eth0", Mac::numbered(1), 2}, address("10.0.0.1"), address("fd00::1")};
  TestHost server{"server", {"eth0", Mac::numbered(2), 2}, address("10.0.0.2"), address("fd00::2")};
};

inline std::string name_of(const testing::TestParamInfo<Family>& info) {
  return std::string(to_string(info.param));
}

}  // namespace lab
