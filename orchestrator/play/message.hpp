// SPDX-License-Identifier: MIT
//
// What a job reports to the process that started it: frames (util/frame.hpp) of one byte
// that says what kind of message it is, and its text.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "util/fd.hpp"
#include "util/frame.hpp"

namespace lab::play {

struct Message {
  char kind = 0;  // what it means is between the job and the one who reads it
  std::string text;
};

// In bytes, with the kind. A broken job must not take the memory that the others need.
constexpr std::size_t message_limit = 64 * 1024 * 1024;

// The job's end.
class Line {
 public:
  explicit Line(Fd to) : to_(std::move(to)) {}
  // Waits while the other end is busy. Throws SystemError, and FrameError for a text
  // beyond the limit.
  void send(char kind, std::string_view text) const;
  int fd() const { return to_.get(); }

 private:
  Fd to_;
};

// The other end. Takes bytes as they come, in pieces of any size.
class MessageReader {
 public:
  void feed(std::string_view bytes) { frames_.feed(bytes); }
  // The next whole message; nothing when more bytes are needed. Throws FrameError, after
  // which nothing more can be read.
  std::optional<Message> next();
  // True when the stream stopped inside a message. At its end, that message is truncated.
  bool inside_message() const { return frames_.inside_frame(); }

 private:
  FrameSplitter frames_{message_limit};
};

}  // namespace lab::play
