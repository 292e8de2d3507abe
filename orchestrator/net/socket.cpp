// SPDX-License-Identifier: MIT
#include "net/socket.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "net/info_fields.hpp"
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

Sent sent_of(ssize_t returned) {
  return returned < 0 ? Sent{errno, 0} : Sent{0, static_cast<std::size_t>(returned)};
}

// The words of scenario::info_options(), one for each bit of tcpi_options.
std::vector<std::string> options_of(const tcp_info& info) {
  constexpr std::pair<int, const char*> bits[] = {
      {TCPI_OPT_TIMESTAMPS, "timestamps"}, {TCPI_OPT_SACK, "sack"},
      {TCPI_OPT_WSCALE, "wscale"},         {TCPI_OPT_ECN, "ecn"},
      {TCPI_OPT_ECN_SEEN, "ecn-seen"},     {TCPI_OPT_SYN_DATA, "syn-data"}};
  std::vector<std::string> options;
  for (const auto& [bit, name] : bits)
    if (info.tcpi_options & bit) options.emplace_back(name);
  return options;
}

}  // namespace

bool await_events(std::span<pollfd> sockets, const Deadline& deadline) {
  for (;;) {
    const int ready = ::poll(sockets.data(), sockets.size(), deadline.poll_timeout());
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) throw_errno("poll", "socket");
    if (deadline.passed()) return false;
  }
}

bool await_events(int fd, short events, const Deadline& deadline) {
  pollfd waited{fd, events, 0};
  return await_events({&waited, 1}, deadline);
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

Result TcpSocket::set_option(const SocketOption& option, std::int64_t value) {
  if (option.value != SocketOption::Value::linger)
    return set(option.level, option.number, static_cast<int>(value));
  const linger how{value >= 0, value >= 0 ? static_cast<int>(value) : 0};
  const Result result =
      result_of(::setsockopt(fd(), option.level, option.number, &how, sizeof how));
  linger_is_set_ |= result.ok();
  return result;
}

OptionValue TcpSocket::get_option(const SocketOption& option) const {
  if (option.value == SocketOption::Value::linger) {
    linger how{};
    socklen_t length = sizeof how;
    if (::getsockopt(fd(), option.level, option.number, &how, &length) < 0) return {errno, 0};
    return {0, linger_is_set_ && how.l_onoff ? how.l_linger : -1};
  }
  int value = 0;
  socklen_t length = sizeof value;
  if (::getsockopt(fd(), option.level, option.number, &value, &length) < 0) return {errno, 0};
  if (option.value == SocketOption::Value::unsigned_integer)
    return {0, static_cast<std::uint32_t>(value)};
  return {0, value};
}

Result TcpSocket::set_option(const SocketOption& option, const std::string& name) {
  return result_of(::setsockopt(fd(), option.level, option.number, name.data(),
                                static_cast<socklen_t>(name.size())));
}

OptionName TcpSocket::get_option_name(const SocketOption& option) const {
  std::array<char, 64> name{};  // TCP_CA_NAME_MAX and TCP_ULP_NAME_MAX are 16
  socklen_t length = name.size() - 1;
  if (::getsockopt(fd(), option.level, option.number, name.data(), &length) < 0) return {errno, ""};
  return {0, std::string(name.data())};
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

Sent TcpSocket::connect_with(std::string_view data, const Endpoint& remote) {
  sockaddr_storage address;
  const socklen_t length = remote.to_sockaddr(address);
  return sent_of(::sendto(fd(), data.data(), data.size(), MSG_FASTOPEN | MSG_NOSIGNAL,
                          reinterpret_cast<sockaddr*>(&address), length));
}

Result TcpSocket::disconnect() {
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  return result_of(::connect(fd(), &nowhere, sizeof nowhere));
}

Result TcpSocket::await_connected(const Deadline& deadline) {
  // poll(2) would wait for a closed one.
  if (is_open() && !await_events(fd(), POLLOUT, deadline)) return {EINPROGRESS};
  int error = 0;
  socklen_t length = sizeof error;
  return {::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error};
}

Accepted TcpSocket::accept(const Deadline& deadline) {
  TcpSocket* const alone = this;
  return accept_any({&alone, 1}, deadline);
}

Accepted accept_any(std::span<TcpSocket* const> listeners, const Deadline& deadline) {
  std::vector<pollfd> waited;
  for (const TcpSocket* each : listeners) waited.push_back({each->fd(), POLLIN, 0});
  // Call accept before poll: on a socket that does not listen, poll reports a
  // hang-up and only accept returns EINVAL.
  for (;;) {
    for (std::size_t i = 0; i < listeners.size(); ++i) {
      sockaddr_storage address{};
      socklen_t length = sizeof address;
      Fd fd(::accept4(listeners[i]->fd(), reinterpret_cast<sockaddr*>(&address), &length,
                      SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!fd && errno == EAGAIN) continue;
      if (!fd) return {errno, std::nullopt, {}, i};
      TcpSocket child(std::move(fd));
      child.linger_is_set_ = listeners[i]->linger_is_set_;  // the kernel has copied SO_LINGER
      return {0, std::move(child), Endpoint::from_sockaddr(address), i};
    }
    if (!await_events(waited, deadline)) return {EAGAIN, std::nullopt, {}, 0};
  }
}

Sent TcpSocket::send_once(std::string_view data, int flags) {
  return sent_of(::send(fd(), data.data(), data.size(), flags | MSG_NOSIGNAL));
}

Result TcpSocket::send(std::string_view data, const Deadline& deadline) {
  while (!data.empty()) {
    const Sent sent = send_once(data);
    if (sent.error == 0) {
      data.remove_prefix(sent.bytes);
    } else if (sent.error != EAGAIN) {
      return {sent.error};
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

Received TcpSocket::receive_once(std::size_t most, int flags, const Deadline& deadline) {
  Received result;
  std::string data(most, '\0');
  for (;;) {
    const ssize_t got = ::recv(fd(), data.data(), data.size(), flags);
    if (got >= 0) {
      result.closed = got == 0 && most > 0;
      data.resize(static_cast<std::size_t>(got));
      result.data = std::move(data);
      return result;
    }
    result.error = errno;
    const short events = (flags & MSG_OOB) != 0 ? POLLPRI : POLLIN;
    if (errno != EAGAIN || !await_events(fd(), events, deadline)) return result;
    result.error = 0;
  }
}

Result TcpSocket::shutdown(int how) { return result_of(::shutdown(fd(), how)); }

int TcpSocket::close() {
  if (is_open() && !linger_is_set_) set_linger(fd(), {0, 0});
  return result_of(::close(fd_.release())).error;
}

int TcpSocket::abort() {
  // A new socket already has this value; setsockopt(2) on an open one cannot fail here.
  if (is_open() && linger_is_set_) {
    const linger at_once{1, 0};
    ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  return result_of(::close(fd_.release())).error;
}

Family TcpSocket::family() const {
  return static_cast<Family>(option<int>(fd(), SOL_SOCKET, SO_DOMAIN, "SO_DOMAIN"));
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
  std::array<std::uint8_t, 512> bytes{};  // more than any kernel returns
  socklen_t length = bytes.size();
  checked(::getsockopt(fd(), IPPROTO_TCP, TCP_INFO, bytes.data(), &length), "getsockopt",
          "TCP_INFO");
  tcp_info raw{};
  std::memcpy(&raw, bytes.data(), std::min<std::size_t>(length, sizeof raw));
  TcpInfo info{static_cast<TcpState>(raw.tcpi_state), raw.tcpi_total_retrans, raw.tcpi_unacked,
               options_of(raw), read_info_fields(std::span(bytes).first(length))};
  std::array<std::uint32_t, 16> memory{};  // likewise
  length = sizeof memory;
  if (::getsockopt(fd(), SOL_SOCKET, SO_MEMINFO, memory.data(), &length) == 0)
    info.fields.merge(read_memory_fields(std::span(memory).first(length / sizeof memory[0])));
  return info;
}

}  // namespace lab
