// SPDX-License-Identifier: MIT
#include "collect/trial.hpp"

#include <algorithm>
#include <cerrno>

#include "net/link.hpp"
#include "net/namespace.hpp"
#include "net/netlink.hpp"
#include "net/socket.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::collect {
namespace {

// A counter of the group TcpExt: /proc/net/netstat has a line of names, then
// one of values.
long counter(const Namespace& space, std::string_view name) {
  const std::string text = in(space, [] { return read_file("/proc/thread-self/net/netstat"); });
  const auto all = lines(text);
  for (std::size_t at = 0; at + 1 < all.size(); at += 2) {
    const auto names = words(all[at]), values = words(all[at + 1]);
    const auto found = std::ranges::find(names, name);
    if (found == names.end() || names.size() != values.size()) continue;
    return to_integer<long>(values[static_cast<std::size_t>(found - names.begin())]).value_or(0);
  }
  return 0;
}

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
  return counter(space, "SyncookiesSent") == 0;
}

}  // namespace

std::optional<bool> takes_one_more_request() try {
  return try_it();
} catch (const EnvironmentError&) {
  return std::nullopt;
}

}  // namespace lab::collect
