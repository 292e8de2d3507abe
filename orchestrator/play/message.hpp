// SPDX-License-Identifier: MIT
//
// What a job says to the process that started it: a stream of bytes cut into
// messages. Both ends are this code in one program, so nothing in it has a
// version or a byte order of its own.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "util/fd.hpp"

namespace lab::play {

struct Message {
  char kind = 0;  // what it means is between the job and the one who reads it
  std::string text;
};

// No message is longer: a job that has lost its mind is not to take the memory
// of those that are well.
constexpr std::size_t message_limit = 64 * 1024 * 1024;

// The job's end.
class Line {
 public:
  explicit Line(Fd to) : to_(std::move(to)) {}
  // Waits while the other end is busy. Throws SystemError, and EnvironmentError
  // for a text beyond the limit.
  void send(char kind, std::string_view text) const;
  int fd() const { return to_.get(); }

 private:
  Fd to_;
};

// The other end. Takes bytes as they come, in pieces of any size.
class MessageReader {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }
  // The next whole message; nothing when more bytes are needed. Throws
  // EnvironmentError for a length beyond the limit: the stream is past saving.
  std::optional<Message> next();

 private:
  std::string buffer_;
  std::size_t used_ = 0;  // bytes of buffer_ that are done with
};

}  // namespace lab::play
