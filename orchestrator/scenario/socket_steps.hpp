// SPDX-License-Identifier: MIT
//
// The steps that are calls of tcp(7).
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
  std::optional<Family> family;  // of the socket; else that which is played
  bool reuseaddr = false;
  bool reuseport = false;
  std::optional<bool> v6only;  // IPv6 only; ignored when played over IPv4
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
  std::int64_t value = 0;  // what it is expected to be; of SO_ERROR, an errno
};

struct Bind {
  std::string socket;
  Place to;
  int error = 0;  // the errno expected; 0: success
};

struct Listen {
  std::string socket;
  int backlog = 1;
  int error = 0;
};

// connect(2). With wait, the step ends when the kernel has decided, and error
// is the outcome; without, it ends at once, and error is what connect(2) itself
// answers (EINPROGRESS unless stated). With data: sendto(2) with MSG_FASTOPEN.
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

// Waits until one of these listeners has a connection. `winner` becomes another
// name of that listener. With an error, accept(2) must fail with it, and no socket gets a
// name; EAGAIN: there is no connection now.
struct Accept {
  std::vector<std::string> sockets;
  std::string name;    // what the new socket is called
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

// Waits until exactly this has arrived; with `end`, until the peer has closed
// and nothing came before; with an error, until recv(2) gives it.
struct Receive {
  std::string socket;
  std::string data;
  bool end = false;
  int error = 0;
};

// So many bytes written to one socket and read from the other as they come, and
// what is read is what was written. The two may be one.
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

// Waits until TCP_INFO (tcp(7)) says so. What is not stated is not compared.
struct Info {
  static constexpr Judging judging = Judging::until_it_holds;
  std::string socket;
  std::optional<TcpState> state;
  std::vector<std::string> has;                  // of info_options()
  std::vector<std::string> lacks;                // likewise
  std::optional<std::uint32_t> retransmissions;  // tcpi_total_retrans
  std::optional<std::uint32_t> unacknowledged;   // tcpi_unacked
};

using SocketSteps = StepList<OpenSocket, SetOption, GetOption, Bind, Listen, Connect, Connected,
                             Disconnect, Accept, Send, Receive, Transfer, Shutdown, Close, Info>;

}  // namespace lab::scenario
