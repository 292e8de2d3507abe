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
#include "scenario/payload.hpp"
#include "scenario/place.hpp"
#include "scenario/step_list.hpp"

namespace lab::scenario {

// `error` is the errno that the step's call must return; 0: it must succeed. Which errnos a call
// can return: errnos.hpp.

// Some errno, whichever. Only packetdrill scripts have it.
inline constexpr int any_errno = -1;

// Opens a TCP socket in a host and gives it a name that later steps use. With `error`, one of its
// options must be refused with it, and no later step uses the name.
struct OpenSocket {
  std::string name;
  std::string host;
  std::optional<Family> family;  // the socket's; nothing: the play's
  bool reuseaddr = false;
  bool reuseport = false;
  std::optional<bool> v6only;  // ignored for an IPv4 socket
  std::string device;          // SO_BINDTODEVICE
  int error = 0;
};

// setsockopt(2) and getsockopt(2) of an option whose value is an int or a name.
struct SetOption {
  std::string socket;
  std::string option;  // "TCP_DEFER_ACCEPT": one of socket_options()
  std::int64_t value = 0;
  int error = 0;
  std::string name{};  // the value of TCP_CONGESTION: "reno"
};
struct GetOption {
  std::string socket;
  std::string option;
  std::int64_t value = 0;  // the expected value; of SO_ERROR, an errno
  int error = 0;
  std::string name{};  // the expected value of TCP_CONGESTION
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
// itself (default: EINPROGRESS). With `fastopen`: sendto(2) with MSG_FASTOPEN, of `data`, which may
// be empty.
struct Connect {
  std::string socket;
  Place to;
  bool wait = true;
  int error = 0;
  std::string data{};
  bool fastopen = false;
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

// Without wait, or with flags or `accepted`: one send(2), whose errno is the outcome.
struct Send {
  std::string socket;
  Payload data;  // may be empty
  bool wait = true;
  int error = 0;
  std::vector<std::string> flags{};        // of send_flags()
  std::optional<std::int64_t> accepted{};  // bytes: what send(2) must return

  bool once() const { return !wait || !flags.empty() || accepted || data.empty(); }
};

// Waits until exactly this has arrived; with `bytes`, until this many bytes have, whatever they
// are; with `end`, until the peer has closed without sending anything before; with `error`, until
// recv(2) fails with it. EAGAIN: there is nothing to read now.
struct Receive {
  std::string socket;
  std::string data;
  bool end = false;
  int error = 0;
  std::optional<std::int64_t> bytes{};
  std::vector<std::string> flags{};  // of receive_flags(): one recv(2) once something can be read
  // One recv(2) now with room for so many bytes. Only packetdrill scripts have it.
  std::optional<std::int64_t> room{};
};

// Writes this many bytes to one socket, reads them from the other, and compares them. Both may
// be the same socket.
struct Transfer {
  std::string from;
  std::string to;
  std::int64_t bytes = 0;
  int error = 0;
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
  int error = 0;
};

// A number of TCP_INFO, and the values that it may have.
struct InfoField {
  std::string name;  // one of info_fields()
  std::uint64_t least = 0, most = UINT64_MAX;
  std::string words;  // "10", ">=2 <=5", as in the file
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
  std::vector<InfoField> fields;
};

using SocketSteps = StepList<OpenSocket, SetOption, GetOption, Bind, Listen, Connect, Connected,
                             Disconnect, Accept, Send, Receive, Transfer, Shutdown, Close, Info>;

}  // namespace lab::scenario
