// SPDX-License-Identifier: MIT
//
// The steps for socket calls, see tcp(7).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "record/row.hpp"
#include "scenario/place.hpp"
#include "scenario/step_list.hpp"

namespace lab::scenario {

// Opens a TCP socket in a host and gives it a name that later steps use.
struct OpenSocket {
  std::string name;
  std::string host;
  std::optional<Family> family;  // the socket's; nothing: the play's
  bool reuseaddr = false;
  bool reuseport = false;
  std::optional<bool> v6only;  // ignored for an IPv4 socket
  std::string device;          // SO_BINDTODEVICE
};

// setsockopt(2) and getsockopt(2) of an option whose value is an int.
struct SetOption {
  std::string socket;
  std::string option;  // "TCP_DEFER_ACCEPT": one of socket_options()
  std::int64_t value = 0;
  int error = 0;
};
struct GetOption {
  std::string socket;
  std::string option;
  std::int64_t value = 0;  // the expected value; of SO_ERROR, an errno
};

struct Bind {
  std::string socket;
  Place to;
  int error = 0;  // the expected errno; 0: success
};

struct Listen {
  std::string socket;
  int backlog = 1;
  int error = 0;
};

// connect(2). With `wait`, the step ends when the connection is established or has failed, and
// `error` is the outcome; without, it ends at once, and `error` is the errno of connect(2)
// itself (default: EINPROGRESS). With `data`: sendto(2) with MSG_FASTOPEN.
struct Connect {
  std::string socket;
  Place to;
  bool wait = true;
  int error = 0;
  std::string data{};
};

// Waits for the outcome of a connect that did not wait.
struct Connected {
  std::string socket;
  int error = 0;
};

// connect(2) to AF_UNSPEC: back to CLOSED.
struct Disconnect {
  std::string socket;
  int error = 0;
};

// Waits until one of these listeners has a connection. `winner` becomes a second name of that
// listener. With `error`, accept(2) must fail with it, and no socket gets a name; EAGAIN: there
// is no connection now.
struct Accept {
  std::vector<std::string> sockets;
  std::string name;    // of the new socket
  std::string winner;  // empty: not named
  int error = 0;
};

// Without wait: one send(2), whose errno is the outcome.
struct Send {
  std::string socket;
  std::string data;
  bool wait = true;
  int error = 0;
};

// Waits until exactly this has arrived; with `end`, until the peer has closed without sending
// anything before; with `error`, until recv(2) fails with it.
struct Receive {
  std::string socket;
  std::string data;
  bool end = false;
  int error = 0;
};

// Writes this many bytes to one socket, reads them from the other, and compares them. Both may
// be the same socket.
struct Transfer {
  std::string from;
  std::string to;
  std::int64_t bytes = 0;
};

enum class Direction { read, write, both };
struct Shutdown {
  std::string socket;
  Direction how = Direction::write;
  int error = 0;
};

struct Close {
  std::string socket;
  bool abort = false;  // RST instead of FIN: SO_LINGER with 0
};

// Waits until TCP_INFO (tcp(7)) is as described. Empty members are not compared.
struct Info {
  static constexpr Judging judging = Judging::until_it_holds;
  std::string socket;
  std::optional<TcpState> state;
  std::vector<std::string> has;                  // of info_options()
  std::vector<std::string> lacks;                // of info_options()
  std::optional<std::uint32_t> retransmissions;  // tcpi_total_retrans
  std::optional<std::uint32_t> unacknowledged;   // tcpi_unacked
};

using SocketSteps = StepList<OpenSocket, SetOption, GetOption, Bind, Listen, Connect, Connected,
                             Disconnect, Accept, Send, Receive, Transfer, Shutdown, Close, Info>;

}  // namespace lab::scenario
