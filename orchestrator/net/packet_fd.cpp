// SPDX-License-Identifier: MIT
#include "net/packet_fd.hpp"

#include <fmt/format.h>
#include <linux/io_uring.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "util/error.hpp"

namespace lab {
namespace {

int left_to_the_kernel = 0;  // how many more

}  // namespace

// An io_uring that holds the socket, too (IORING_REGISTER_FILES), is itself ended by a
// worker of the kernel (io_ring_exit_work), which then closes the socket last.
bool close_by_the_kernel(Fd& fd) {
  io_uring_params settings{};
  const Fd ring(static_cast<int>(::syscall(SYS_io_uring_setup, 1, &settings)));
  const int number = fd.get();
  if (!ring ||
      ::syscall(SYS_io_uring_register, ring.get(), IORING_REGISTER_FILES, &number, 1) != 0)
    return false;
  fd.reset();
  return true;
}

void close_behind_us() {
  constexpr int few = 8;
  left_to_the_kernel = few;
}

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
  if (left_to_the_kernel > 0 && close_by_the_kernel(fd)) {
    --left_to_the_kernel;
    return;
  }
  const int number = fd.release();
  try {
    std::thread([number] { ::close(number); }).detach();
  } catch (const std::system_error&) {
    ::close(number);
  }
}

}  // namespace lab
