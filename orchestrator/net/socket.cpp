// SPDX-License-Identifier: MIT
#include "net/socket.hpp"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "util/error.hpp"

namespace lab {
namespace {

Result result_of(long returned) { return {returned < 0 ? errno : 0}; }

template <typename T>
T option(int fd, int level, int name, const char* what) {
  T value{};
  socklen_t length = sizeof value;
  checked(::getsockopt(fd, level, name, &value, &length), "getsockopt", what);
  return value;
}

void set_linger(int fd, linger how) {
  checked(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &how, sizeof how), "setsockopt", "SO_LINGER");
}

}  // namespace

bool await_events(int fd, short events, const Deadline& deadline) {
  for (;;) {
    pollfd waited{fd, events, 0};
    const int ready = ::poll(&waited, 1, deadline.poll_timeout());
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) throw_errno("poll", "socket");
    if (deadline.passed()) return false;
  }
}

TcpSocket TcpSocket::create(const Namespace& space, Family family) {
  Fd fd = in(space, [&] {
    return Fd(checked(
        ::socket(static_cast<int>(family), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP),
        "socket", space.name()));
  });
  // Otherwise a socket whose process is killed would send its FIN again and
  // again, for minutes, and keep its namespace. Accepted sockets inherit it.
  set_linger(fd.get(), {1, 0});
  return TcpSocket(std::move(fd));
}

Result TcpSocket::set(int level, int name, int value) {
  return result_of(::setsockopt(fd(), level, name, &value, sizeof value));
}

Result TcpSocket::set_reuse_address(bool on) { return set(SOL_SOCKET, SO_REUSEADDR, on); }
Result TcpSocket::set_reuse_port(bool on) { return set(SOL_SOCKET, SO_REUSEPORT, on); }
Result TcpSocket::set_v6only(bool on) { return set(IPPROTO_IPV6, IPV6_V6ONLY, on); }

Result TcpSocket::bind_to_device(std::string_view name) {
  return result_of(::setsockopt(fd(), SOL_SOCKET, SO_BINDTODEVICE, name.data(),
                                static_cast<socklen_t>(name.size())));
}

Result TcpSocket::bind(const Endpoint& local) {
  sockaddr_storage address;
  const socklen_t length = local.to_sockaddr(address);
  return result_of(::bind(fd(), reinterpret_cast<sockaddr*>(&address), length));
}

Result TcpSocket::listen(int backlog) { return result_of(::listen(fd(), backlog)); }

Result TcpSocket::connect(const Endpoint& remote) {
  sockaddr_storage address;
  const socklen_t length = remote.to_sockaddr(address);
  return result_of(::connect(fd(), reinterpret_cast<sockaddr*>(&address), length));
}

Result TcpSocket::await_connected(const Deadline& deadline) {
  if (!await_events(fd(), POLLOUT, deadline)) return {EINPROGRESS};
  return {option<int>(fd(), SOL_SOCKET, SO_ERROR, "SO_ERROR")};
}

Accepted TcpSocket::accept(const Deadline& deadline) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  // Asked first and not polled first: on a socket that does not listen, poll
  // reports a hang-up and only accept says EINVAL.
  for (;;) {
    Fd child(::accept4(fd(), reinterpret_cast<sockaddr*>(&address), &length,
                       SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (child) return {0, TcpSocket(std::move(child)), Endpoint::from_sockaddr(address)};
    if (errno != EAGAIN) return {errno, std::nullopt, {}};
    if (!await_events(fd(), POLLIN, deadline)) return {EAGAIN, std::nullopt, {}};
  }
}

Result TcpSocket::send(std::string_view data, const Deadline& deadline) {
  while (!data.empty()) {
    const ssize_t sent = ::send(fd(), data.data(), data.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      data.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN) {
      return {errno};
    } else if (!await_events(fd(), POLLOUT, deadline)) {
      return {EAGAIN};
    }
  }
  return {};
}

Received TcpSocket::receive(std::size_t count, const Deadline& deadline) {
  Received result;
  std::array<char, 16384> chunk;
  while (result.data.size() < count) {
    const std::size_t room = std::min(chunk.size(), count - result.data.size());
    const ssize_t got = ::recv(fd(), chunk.data(), room, 0);
    if (got > 0) {
      result.data.append(chunk.data(), static_cast<std::size_t>(got));
    } else if (got == 0) {
      result.closed = true;
      break;
    } else if (errno != EAGAIN) {
      result.error = errno;
      break;
    } else if (!await_events(fd(), POLLIN, deadline)) {
      result.error = EAGAIN;
      break;
    }
  }
  return result;
}

Result TcpSocket::shutdown(int how) { return result_of(::shutdown(fd(), how)); }

void TcpSocket::close() {
  if (is_open()) set_linger(fd(), {0, 0});
  fd_.reset();
}

Endpoint TcpSocket::local() const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  checked(::getsockname(fd(), reinterpret_cast<sockaddr*>(&address), &length), "getsockname",
          "TCP socket");
  return Endpoint::from_sockaddr(address);
}

std::optional<Endpoint> TcpSocket::remote() const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  const int returned = ::getpeername(fd(), reinterpret_cast<sockaddr*>(&address), &length);
  if (returned < 0 && errno == ENOTCONN) return std::nullopt;
  checked(returned, "getpeername", "TCP socket");
  return Endpoint::from_sockaddr(address);
}

std::uint64_t TcpSocket::cookie() const {
  return option<std::uint64_t>(fd(), SOL_SOCKET, SO_COOKIE, "SO_COOKIE");
}

ino_t TcpSocket::inode() const {
  struct stat status {};
  checked(::fstat(fd(), &status), "fstat", "TCP socket");
  return status.st_ino;
}

TcpInfo TcpSocket::info() const {
  const auto raw = option<tcp_info>(fd(), IPPROTO_TCP, TCP_INFO, "TCP_INFO");
  return {static_cast<TcpState>(raw.tcpi_state), raw.tcpi_total_retrans, raw.tcpi_unacked};
}

}  // namespace lab
