// SPDX-License-Identifier: MIT
#include "collect/table_events.hpp"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "util/error.hpp"

namespace lab::collect {
namespace {

// In the namespace that the thread is in. An empty one: errno says why.
Fd listen_for_ends() {
  Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = 1U << (SKNLGRP_INET_TCP_DESTROY - 1) | 1U << (SKNLGRP_INET6_TCP_DESTROY - 1);
  if (socket && ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return Fd();
  return socket;
}

}  // namespace

TableEvents::TableEvents(const Namespace& space) {
  TraceHere here = in(space, [] { return Trace::open_here(""); });
  if (here.trace) {
    trace_ = std::move(here.trace);
    how_ = "when the module's trace reports segments, connect() and listen()";
    return;
  }
  destroyed_ = in(space, listen_for_ends);
  how_ = destroyed_ ? fmt::format(
                          "when sock_diag reports the end of a socket (the kernel reports no more "
                          "without the module's trace: {})",
                          here.why_not)
                    : fmt::format("on no event (sock_diag: {}; the module's trace: {})",
                                  std::strerror(errno), here.why_not);
}

int TableEvents::fd() const { return trace_ ? trace_->fd() : destroyed_.get(); }

bool TableEvents::drain() {
  if (trace_) {
    taken_.clear();
    trace_->drain(taken_);
    return !taken_.empty();
  }
  if (!destroyed_) return false;
  bool something = false;
  std::array<char, 65536> message;
  for (;;) {
    const ssize_t got = ::recv(destroyed_.get(), message.data(), message.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    // ENOBUFS: more ended than the queue holds. That much is clear then.
    if (got < 0 && errno == ENOBUFS) {
      something = true;
      continue;
    }
    if (got < 0 && errno == EAGAIN) return something;
    if (checked(got, "recv", "NETLINK_SOCK_DIAG") == 0) return something;
    something = true;
  }
}

}  // namespace lab::collect
