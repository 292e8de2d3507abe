// SPDX-License-Identifier: MIT
#include "collect/trial.hpp"

#include <cerrno>

#include "collect/counters.hpp"
#include "net/link.hpp"
#include "net/namespace.hpp"
#include "net/netlink.hpp"
#include "net/socket.hpp"
#include "util/error.hpp"

namespace lab::collect {
namespace {

void must(Result result, const char* call) {
  if (!result.ok() && result.error != EINPROGRESS)
    throw SystemError(call, "a socket of the trial", result.error);
}

bool try_it() {
  const Namespace space = Namespace::create("trial");
  Netlink netlink(space);
  set_loopback_up(netlink);
  // With cookies either way of counting lets the connection come about.
  write_sysctl(space, "net/ipv4/tcp_syncookies", "1");
  TcpSocket listener = TcpSocket::create(space, Family::inet);
  must(listener.bind({Address::loopback(Family::inet), 0}), "bind");
  must(listener.listen(0), "listen");
  TcpSocket client = TcpSocket::create(space, Family::inet);
  must(client.connect(listener.local()), "connect");
  must(client.await_connected(Deadline(std::chrono::seconds(2))), "connect");
  return read_counters(space)["TcpExtSyncookiesSent"] == 0;
}

}  // namespace

std::optional<bool> takes_one_more_request() try {
  return try_it();
} catch (const EnvironmentError&) {
  return std::nullopt;
}

}  // namespace lab::collect
