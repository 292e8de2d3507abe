// SPDX-License-Identifier: MIT
//
// The fixture of explain's tests against reality: two hosts, a question, and a
// real SYN. explain_reality_test.cpp says how they are run.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explain_world.hpp"

namespace lab::test {

inline constexpr std::uint16_t port = 8888, client_port = 40000;

// The guest's module is to be asked (LAB_MODULE=loaded).
inline bool module_is_wanted() {
  const char* wanted = std::getenv("LAB_MODULE");
  return wanted && std::string_view(wanted) == "loaded";
}

// A namespace that nobody is connected to, and that has the address of one of
// the hosts: as on a machine with many containers, or with a network of its own.
inline Namespace make_impostor(const Address& of) {
  Namespace space = Namespace::create("impostor");
  Netlink netlink(space);
  set_loopback_up(netlink);
  add_address(netlink, index_of(netlink, "lo"), of, of.family() == Family::inet ? 32 : 128);
  return space;
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
    expect_predicted(said, cause, send({client(), server(), clients(), servers()}));
    return said;
  }

  // A SYN of the server to itself.
  Said expect_within(const std::string& cause, const Endpoint& source,
                     const Endpoint& destination) {
    const Said said = explain(server(), source, destination);
    expect_predicted(said, cause, send({server(), server(), source, destination}));
    return said;
  }
  Said expect_on_loopback(const std::string& cause) {
    return expect_within(cause, loopback(client_port), loopback());
  }

  std::optional<TwoHosts> hosts_;
};

}  // namespace lab::test
