// SPDX-License-Identifier: MIT
#include "net/pump.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace lab {
namespace {

// Byte number n of the stream is n modulo a prime: data that is lost, doubled or
// shifted by a segment, a page or any power of two then differs.
constexpr std::size_t period = 251;
constexpr std::size_t largest_chunk = 1 << 16;

std::string_view stream_from(std::uint64_t number, std::uint64_t left) {
  static const auto repeated = [] {
    std::array<char, largest_chunk + period> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i % period);
    return bytes;
  }();
  return {repeated.data() + number % period,
          static_cast<std::size_t>(std::min<std::uint64_t>(left, largest_chunk))};
}

class Pump {
 public:
  Pump(TcpSocket& from, TcpSocket& to, std::uint64_t bytes) : from_(from), to_(to), all_(bytes) {}

  Pumped run(const Deadline& deadline) {
    while (!ended()) {
      const bool wrote = write_some();
      const bool read = !ended() && read_some();
      if (!wrote && !read && !ended() && !await(deadline)) result_.error = EAGAIN;
    }
    return result_;
  }

 private:
  bool ended() const {
    return result_.bytes == all_ || result_.error != 0 || result_.closed || result_.differs;
  }

  bool write_some() {
    if (written_ == all_) return false;
    const std::string_view chunk = stream_from(written_, all_ - written_);
    const ssize_t sent = ::send(from_.fd(), chunk.data(), chunk.size(), MSG_NOSIGNAL);
    if (sent < 0) return failed();
    written_ += static_cast<std::uint64_t>(sent);
    return true;
  }

  bool read_some() {
    std::array<char, largest_chunk> arrived;
    const std::string_view expected = stream_from(result_.bytes, all_ - result_.bytes);
    const ssize_t got = ::recv(to_.fd(), arrived.data(), expected.size(), 0);
    if (got < 0) return failed();
    const auto end = arrived.begin() + got;
    const auto same = std::mismatch(arrived.begin(), end, expected.begin()).first;
    result_.bytes += static_cast<std::uint64_t>(same - arrived.begin());
    result_.differs = same != end;
    result_.closed = got == 0;
    return true;
  }

  // The socket is not ready, or it will never be.
  bool failed() {
    if (errno != EAGAIN) result_.error = errno;
    return false;
  }

  // False: the deadline passed first.
  bool await(const Deadline& deadline) {
    // A socket with nothing left to write would report a hang-up again and again.
    const int writer = written_ < all_ ? from_.fd() : -1;
    std::array<pollfd, 2> waited{{{writer, POLLOUT, 0}, {to_.fd(), POLLIN, 0}}};
    return await_events(waited, deadline);
  }

  TcpSocket& from_;
  TcpSocket& to_;
  std::uint64_t all_;
  std::uint64_t written_ = 0;
  Pumped result_;
};

}  // namespace

Pumped pump(TcpSocket& from, TcpSocket& to, std::uint64_t bytes, const Deadline& deadline) {
  return Pump(from, to, bytes).run(deadline);
}

}  // namespace lab
