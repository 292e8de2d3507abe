// SPDX-License-Identifier: MIT
//
// What the lab's programs have in common: the few calls of tcp(7) that they are
// made of. The calls block, as in a book; what goes wrong is thrown
// (util/error.hpp), but for the errno of a connect, which is what these programs
// are about.
#pragma once

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "record/address.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"

namespace lab {

// One line, at once: whoever reads it through a pipe waits for it.
template <typename... Values>
void say(fmt::format_string<Values...> format, Values&&... values) {
  fmt::print(format, std::forward<Values>(values)...);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

inline Fd open_socket(Family family) {
  return Fd(checked(::socket(static_cast<int>(family), SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP),
                    "socket", to_string(family)));
}

inline void set(const Fd& socket, int level, int option, int value, std::string_view name) {
  checked(::setsockopt(socket.get(), level, option, &value, sizeof value), "setsockopt", name);
}

inline void bind_to(const Fd& socket, const Endpoint& local) {
  sockaddr_storage address;
  const socklen_t length = local.to_sockaddr(address);
  checked(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), length), "bind", local.str());
}

// The errno; 0: it is connected.
inline int connect_to(const Fd& socket, const Endpoint& remote) {
  sockaddr_storage address;
  const socklen_t length = remote.to_sockaddr(address);
  return ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), length) == 0 ? 0 : errno;
}

// A peer that comes over IPv4 to an IPv6 socket has a v4-mapped address
// (::ffff:10.0.0.1, RFC 4291, 2.5.5.2); here it is the IPv4 address again.
inline Endpoint plain(const Endpoint& endpoint) {
  constexpr std::array<std::uint8_t, 12> prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const std::uint8_t* bytes = endpoint.address.bytes();
  if (endpoint.address.family() == Family::inet || !std::equal(prefix.begin(), prefix.end(), bytes))
    return endpoint;
  return {Address::from_bytes(Family::inet, bytes + prefix.size()), endpoint.port};
}

inline Endpoint local_end(const Fd& socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  checked(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length),
          "getsockname", "a socket");
  return plain(Endpoint::from_sockaddr(address));
}

inline Endpoint remote_end(const Fd& socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  checked(::getpeername(socket.get(), reinterpret_cast<sockaddr*>(&address), &length),
          "getpeername", "a socket");
  return plain(Endpoint::from_sockaddr(address));
}

// On every address of both families: an IPv6 socket that is not IPV6_V6ONLY
// takes connections over IPv4, too (RFC 3493, 5.3).
inline Fd listen_on(std::uint16_t port) {
  Fd socket = open_socket(Family::inet6);
  set(socket, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
  set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0, "IPV6_V6ONLY");
  bind_to(socket, {Address::any(Family::inet6), port});
  checked(::listen(socket.get(), SOMAXCONN), "listen", std::to_string(port));
  return socket;
}

inline Fd accept_from(const Fd& listener) {
  return Fd(
      checked(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept", "the listener"));
}

// A peer that has gone is no reason to end: MSG_NOSIGNAL.
inline void send_line(const Fd& socket, const std::string& line) {
  checked(::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL), "send", line);
}

// Up to the newline, without it. Nothing: the peer closed before there was one.
inline std::optional<std::string> read_line(const Fd& socket) {
  std::string line;
  for (char c;;) {
    const ssize_t got = checked(::recv(socket.get(), &c, 1, 0), "recv", "the peer");
    if (got == 0) return std::nullopt;
    if (c == '\n') return line;
    line += c;
  }
}

// "10.0.0.1:40000" or "[fd00::1]:40000". Throws UsageError.
inline Endpoint endpoint_in(std::string_view word) {
  const auto endpoint = Endpoint::parse(word);
  if (!endpoint)
    throw UsageError(
        fmt::format("\"{}\" is no ADDRESS:PORT; an IPv6 address stands in brackets", word));
  return *endpoint;
}

// Reads the command line and runs the rest of the program. Ends with 2 for a
// wrong command line and with 1 for what is thrown otherwise, in one line.
template <typename Main>
int run(CLI::App& app, int argc, char** argv, Main main) {
  try {
    app.parse(argc, argv);
    return main();
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;  // 0: it was --help
  } catch (const UsageError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}

}  // namespace lab
