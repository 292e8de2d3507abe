// SPDX-License-Identifier: MIT
//
// A TCP socket of one of the lab's hosts. It is made inside the host's
// namespace and stays there whoever uses it; the calls are those of tcp(7),
// one to one, and give their errno as a value. All sockets are non-blocking:
// a call that waits says so by its Deadline.
//
// Threading: one thread at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/namespace.hpp"
#include "net/result.hpp"
#include "record/address.hpp"
#include "record/row.hpp"
#include "util/clock.hpp"
#include "util/fd.hpp"

namespace lab {

struct Accepted;

// What receive() brought.
struct Received {
  int error = 0;        // EAGAIN: the deadline passed first; ECONNRESET: RST
  std::string data;     // may be less than asked for if error or closed
  bool closed = false;  // the peer has sent FIN and all before it has been read
};

// From TCP_INFO (tcp(7), struct tcp_info).
struct TcpInfo {
  TcpState state = TcpState::closed;
  std::uint32_t total_retransmissions = 0;  // tcpi_total_retrans: segments, over its life
  std::uint32_t unacknowledged = 0;         // tcpi_unacked: segments sent and not acknowledged
};

class TcpSocket {
 public:
  // Throws SystemError when there can be none (EMFILE, no IPv6).
  static TcpSocket create(const Namespace& space, Family family);

  // setsockopt(2), before bind().
  Result set_reuse_address(bool on);
  Result set_reuse_port(bool on);
  Result set_v6only(bool on);  // left at the kernel's default unless called
  Result bind_to_device(std::string_view name);

  Result bind(const Endpoint& local);
  Result listen(int backlog);
  // EINPROGRESS: the SYN is on its way; await_connected() tells the rest.
  Result connect(const Endpoint& remote);
  // 0 when established, or why not; EINPROGRESS when the deadline passed first.
  Result await_connected(const Deadline& deadline);
  // EAGAIN when the deadline passed first.
  Accepted accept(const Deadline& deadline);

  // Sends all of it, or fails; EAGAIN when the deadline passed first. Never SIGPIPE.
  Result send(std::string_view data, const Deadline& deadline);
  // Waits for `count` bytes, FIN, an error or the deadline.
  Received receive(std::size_t count, const Deadline& deadline);
  Result shutdown(int how);  // SHUT_RD, SHUT_WR, SHUT_RDWR

  // close(2); the kernel goes on with FIN and TIME-WAIT by itself.
  void close();
  // RST instead of FIN (RFC 9293, 3.10.5: ABORT), and nothing goes on. So ends
  // what is not closed: by its destructor, or because its process was killed.
  void abort() { fd_.reset(); }
  bool is_open() const { return static_cast<bool>(fd_); }

  int fd() const { return fd_.get(); }
  // These throw SystemError on a socket that is closed.
  Endpoint local() const;
  std::optional<Endpoint> remote() const;  // nothing when not connected
  std::uint64_t cookie() const;            // SO_COOKIE: the same for every witness
  ino_t inode() const;                     // as in /proc/PID/fd and sock_diag
  TcpInfo info() const;

 private:
  explicit TcpSocket(Fd fd) : fd_(std::move(fd)) {}
  Result set(int level, int option, int value);

  Fd fd_;
};

struct Accepted {
  int error = 0;
  std::optional<TcpSocket> socket;
  Endpoint remote;
};

// Waits until poll(2) reports one of `events`, an error or a hang-up.
// False: the deadline passed first.
bool await_events(int fd, short events, const Deadline& deadline);

}  // namespace lab
