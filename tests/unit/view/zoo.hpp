// SPDX-License-Identifier: MIT
//
// One real socket of every kind that can be in TCP's tables, in a namespace of its
// own, over loopback. None of them changes by itself during a test, and none needs a
// fixed wait.
#pragma once

#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "net/link.hpp"
#include "net/namespace.hpp"
#include "net/netlink.hpp"
#include "net/socket.hpp"
#include "util/error.hpp"

namespace lab::testing {

inline Deadline soon() { return Deadline(std::chrono::seconds(10)); }

inline std::string why_no_namespaces() {
  return ::geteuid() == 0 ? "" : "needs root: makes a network namespace";
}

// A namespace with `lo` up.
inline Namespace fresh_namespace(const char* name) {
  Namespace space = Namespace::create(name);
  Netlink netlink(space);
  set_loopback_up(netlink);
  return space;
}

inline void must(Result result, const char* call) {
  if (!result.ok()) throw SystemError(call, "a socket of the zoo", result.error);
}

inline TcpSocket bound_socket(const Namespace& space, const Endpoint& local) {
  TcpSocket socket = TcpSocket::create(space, local.address.family());
  must(socket.bind(local), "bind");
  return socket;
}

inline TcpSocket listening_socket(const Namespace& space, const Endpoint& local, int backlog = 8) {
  TcpSocket socket = bound_socket(space, local);
  must(socket.listen(backlog), "listen");
  return socket;
}

// Sends a SYN and does not wait for an answer.
inline TcpSocket connecting_socket(const Namespace& space, const Endpoint& remote) {
  TcpSocket socket = TcpSocket::create(space, remote.address.family());
  const Result result = socket.connect(remote);
  if (result.error != EINPROGRESS) must(result, "connect");
  return socket;
}

inline TcpSocket connected_socket(const Namespace& space, const Endpoint& remote) {
  TcpSocket socket = connecting_socket(space, remote);
  must(socket.await_connected(soon()), "connect");
  return socket;
}

struct Zoo {
  Zoo(const Namespace& space, Family family)
      : loopback(Address::loopback(family)),
        bound_only(bound_socket(space, {Address::any(family), 8000})),
        listener(listening_socket(space, {Address::any(family), 8001}, 7)),
        client(connected_socket(space, {loopback, 8001})),
        server(*listener.accept(soon()).socket),
        closing(connected_socket(space, {loopback, 8001})),
        close_wait(*listener.accept(soon()).socket),
        finished(connected_socket(space, {loopback, 8001})),
        finished_too(*listener.accept(soon()).socket),
        waiting(connected_socket(space, {loopback, 8001})),
        full(listening_socket(space, {loopback, 8002}, 0)),
        fills(connected_socket(space, {loopback, 8002})),
        syn_sent(connecting_socket(space, {loopback, 8002})),
        deferring(deferring_socket(space, {loopback, 8003})),
        silent(connected_socket(space, {loopback, 8003})),
        self(bound_socket(space, {loopback, 34567})),
        on_device(TcpSocket::create(space, family)) {
    const Result result = self.connect({loopback, 34567});
    if (result.error != EINPROGRESS) must(result, "connect");
    must(self.await_connected(soon()), "connect to itself");
    must(on_device.bind_to_device("lo"), "SO_BINDTODEVICE");
    must(on_device.bind({Address::any(family), 8004}), "bind");
    must(on_device.listen(8), "listen");
    fin_wait_2 = closing.local();
    close_in_fin_wait_2(closing);
    time_wait = finished.local();
    close_in_fin_wait_2(finished);
    finished_too.close();
  }

  // Closed earlier, in FIN-WAIT-1, the socket may stay a full one for another
  // tcp_fin_timeout (tcp_rcv_state_process(), when the socket is in use).
  static void close_in_fin_wait_2(TcpSocket& socket) {
    must(socket.shutdown(SHUT_WR), "shutdown");
    const Deadline deadline = soon();
    while (socket.info().state != TcpState::fin_wait_2)
      if (deadline.passed()) throw EnvironmentError("the FIN was not acknowledged");
    socket.close();
  }

  // The handshake's last ACK is ignored until data comes (tcp_check_req()).
  static TcpSocket deferring_socket(const Namespace& space, const Endpoint& local) {
    TcpSocket socket = bound_socket(space, local);
    const int seconds = 60;
    checked(::setsockopt(socket.fd(), IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds),
            "setsockopt", "TCP_DEFER_ACCEPT");
    must(socket.listen(8), "listen");
    return socket;
  }

  Address loopback;
  TcpSocket bound_only;  // only bind()
  TcpSocket listener;
  TcpSocket client, server;          // the two ends of a connection
  TcpSocket closing;                 // closed: its short struct stands in for FIN-WAIT-2 …
  TcpSocket close_wait;              // … while the other end stays open
  TcpSocket finished, finished_too;  // both closed, the first one first: TIME-WAIT
  TcpSocket waiting;                 // its other end is in the accept queue
  TcpSocket full, fills;             // a listener whose queue is full drops …
  TcpSocket syn_sent;                // … the SYN of this one
  TcpSocket deferring;
  TcpSocket silent;     // ESTABLISHED; its other end is a request socket
  TcpSocket self;       // connected to itself
  TcpSocket on_device;  // a listener bound to lo
  Endpoint fin_wait_2, time_wait;
};

}  // namespace lab::testing
