// SPDX-License-Identifier: MIT
#include "net/packet_fd.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "util/error.hpp"

namespace lab {

Fd open_packet_fd(const Namespace& space, std::string_view purpose) {
  Fd fd(in(space, [] { return ::socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }));
  if (!fd && errno == EPERM)
    throw EnvironmentError(
        fmt::format("{} needs CAP_NET_RAW: run with sudo, or with --where vm", purpose));
  checked(fd.get(), "socket(AF_PACKET)", space.name());
  return fd;
}

void close_aside(Fd fd) {
  if (!fd) return;
  const int number = fd.release();
  try {
    std::thread([number] { ::close(number); }).detach();
  } catch (const std::system_error&) {
    ::close(number);
  }
}

}  // namespace lab
