// SPDX-License-Identifier: MIT
//
// A TCP socket of one of the lab's hosts. It is made inside the host's namespace and
// stays there; the calls are those of tcp(7), one to one, and return their errno as a
// value. All sockets are non-blocking: a call that waits takes a Deadline.
//
// Threading: one thread at a time.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/namespace.hpp"
#include "net/result.hpp"
#include "net/socket_option.hpp"
#include "record/address.hpp"
#include "record/tcp_info.hpp"
#include "util/clock.hpp"
#include "util/fd.hpp"

namespace lab {

struct Accepted;

// The result of receive().
struct Received {
  int error = 0;        // EAGAIN: the deadline passed first; ECONNRESET: RST
  std::string data;     // may be less than asked for if error or closed
  bool closed = false;  // the peer has sent FIN and all before it has been read
};

// What one send(2) accepted.
struct Sent {
  int error = 0;
  std::size_t bytes = 0;
};

// The result of getsockopt(2).
struct OptionValue {
  int error = 0;
  std::int64_t value = 0;  // as SocketOption::Value explains
};

// The same, of an option whose value is a name.
struct OptionName {
  int error = 0;
  std::string name;
};

class TcpSocket {
 public:
  // Throws SystemError when it cannot be made (EMFILE, no IPv6).
  static TcpSocket create(const Namespace& space, Family family);
  TcpSocket(TcpSocket&&) = default;
  TcpSocket& operator=(TcpSocket&&) = default;
  ~TcpSocket() {
    if (is_open()) abort();
  }

  // setsockopt(2), before bind().
  Result set_reuse_address(bool on);
  Result set_reuse_port(bool on);
  Result set_v6only(bool on);  // left at the kernel's default unless called
  Result bind_to_device(std::string_view name);

  // setsockopt(2) and getsockopt(2) by name. The value is cut to 32 bits. SO_LINGER
  // reads as off unless it was set by this call.
  Result set_option(const SocketOption& option, std::int64_t value);
  OptionValue get_option(const SocketOption& option) const;
  // The same of an option whose value is a name (SocketOption::Value::name).
  Result set_option(const SocketOption& option, const std::string& name);
  OptionName get_option_name(const SocketOption& option) const;

  Result bind(const Endpoint& local);
  Result listen(int backlog);
  // EINPROGRESS: the SYN is on its way; await_connected() returns the outcome.
  Result connect(const Endpoint& remote);
  // sendto(2) with MSG_FASTOPEN (RFC 7413): if the peer's Fast Open cookie is known, as
  // much data as fits goes with the SYN; else EINPROGRESS, and none was accepted. Either
  // way await_connected() returns the outcome.
  Sent connect_with(std::string_view data, const Endpoint& remote);
  // connect(2) to AF_UNSPEC: back to CLOSED (tcp_disconnect()).
  Result disconnect();
  // 0 when established, or why not; EINPROGRESS when the deadline passed first. EBADF at once if
  // the socket is closed.
  Result await_connected(const Deadline& deadline);
  // EAGAIN when the deadline passed first.
  Accepted accept(const Deadline& deadline);

  // Sends all of it, or fails; EAGAIN when the deadline passed first. Never SIGPIPE.
  Result send(std::string_view data, const Deadline& deadline);
  // One send(2): what the kernel accepts at once, EAGAIN when that is nothing. `flags`: MSG_MORE
  // and so on.
  Sent send_once(std::string_view data, int flags = 0);
  // Waits for `count` bytes, FIN, an error or the deadline.
  Received receive(std::size_t count, const Deadline& deadline);
  // recv(2) of at most `most` bytes with these flags, repeated only as long as it returns EAGAIN.
  // With MSG_TRUNC there are bytes, but not what they were.
  Received receive_once(std::size_t most, int flags, const Deadline& deadline);
  Result shutdown(int how);  // SHUT_RD, SHUT_WR, SHUT_RDWR

  // close(2); the kernel continues with FIN and TIME-WAIT by itself. If SO_LINGER was
  // set, close() obeys it and may wait that many seconds. Returns the errno, 0 for success;
  // EBADF: it is closed already.
  int close();
  // RST instead of FIN (RFC 9293, 3.10.5: ABORT), without TIME-WAIT. The destructor, or
  // the end of the process, does the same to a socket that is not closed (unless
  // SO_LINGER was set to something else). Returns as close() does.
  int abort();
  bool is_open() const { return static_cast<bool>(fd_); }

  int fd() const { return fd_.get(); }
  // These throw SystemError on a socket that is closed.
  Family family() const;  // SO_DOMAIN: what it was made for, whatever its peer is
  Endpoint local() const;
  std::optional<Endpoint> remote() const;  // nothing when not connected
  std::uint64_t cookie() const;            // SO_COOKIE: the same for every witness
  ino_t inode() const;                     // as in /proc/PID/fd and sock_diag
  TcpInfo info() const;

 private:
  explicit TcpSocket(Fd fd) : fd_(std::move(fd)) {}
  Result set(int level, int option, int value);

  Fd fd_;
  bool linger_is_set_ = false;  // by set_option(); else it is the lab's own

  friend Accepted accept_any(std::span<TcpSocket* const> listeners, const Deadline& deadline);
};

struct Accepted {
  int error = 0;
  std::optional<TcpSocket> socket;
  Endpoint remote;
  std::size_t listener = 0;  // the one that had the connection, or failed
};

// accept(2) on the first of these that has a connection. Ends at the first error.
// EAGAIN when the deadline passed first.
Accepted accept_any(std::span<TcpSocket* const> listeners, const Deadline& deadline);

// Waits until poll(2) reports one of `events`, an error or a hang-up.
// False: the deadline passed first.
bool await_events(int fd, short events, const Deadline& deadline);
// The same for several, each with its own events; poll(2) fills in `revents`.
bool await_events(std::span<pollfd> sockets, const Deadline& deadline);

}  // namespace lab
