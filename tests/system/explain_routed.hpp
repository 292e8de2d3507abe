// SPDX-License-Identifier: MIT
//
// A third host, of which the server is the router:
//
//   client ---- server eth1 172.30.0.1, fd30::1  ----  172.30.0.2, fd30::2 eth0 web
//
// The client has no route to it yet.
#pragma once

#include <cerrno>
#include <chrono>

#include "explain_fixture.hpp"
#include "net/route.hpp"

namespace lab::test {

class Web {
 public:
  Web(TestHost& server, Family family) : family_(family) {
    const bool ipv4 = family == Family::inet;
    silence_ipv6(space);
    set_loopback_up(netlink_);
    add_veth(server.netlink, routers_end_, space, own_end_);
    for (const char* name : {"net/ipv4/conf/all/forwarding", "net/ipv6/conf/all/forwarding"})
      write_sysctl(server.space, name, "1");
    set_link_up(server.netlink, routers_end_);
    set_link_up(netlink_, own_end_);
    const int length = ipv4 ? 24 : 64;
    add_address(server.netlink, routers_end_.index, gateway(), length);
    add_address(netlink_, own_end_.index, at().address, length);
    add_neighbour(server.netlink, routers_end_.index, at().address, own_end_.mac);
    add_neighbour(netlink_, own_end_.index, gateway(), routers_end_.mac);
    await_running(server.netlink, routers_end_, soon());
    await_running(netlink_, own_end_, soon());
    await_address(netlink_, at().address, soon());
    await_address(server.netlink, gateway(), soon());
    Route route;
    route.destination = Address::any(family);
    route.link_index = own_end_.index;
    route.gateway = gateway();
    add_route(netlink_, route);
  }

  Address gateway() const {
    return *Address::parse(family_ == Family::inet ? "172.30.0.1" : "fd30::1");
  }
  Endpoint at(std::uint16_t number = 80) const {
    return {*Address::parse(family_ == Family::inet ? "172.30.0.2" : "fd30::2"), number};
  }

  Namespace space{Namespace::create("web")};

 private:
  Family family_;
  LinkEnd routers_end_{"eth1", Mac::numbered(11), 11}, own_end_{"eth0", Mac::numbered(12), 12};
  Netlink netlink_{space};
};

// 0: connected; EINPROGRESS: no answer to the first SYN nor to the second.
inline int connect_errno(const Namespace& from, const Endpoint& to) {
  TcpSocket socket = TcpSocket::create(from, to.address.family());
  const int error = socket.connect(to).error;
  return error == EINPROGRESS ? socket.await_connected(Deadline(std::chrono::seconds(2))).error
                              : error;
}

}  // namespace lab::test
