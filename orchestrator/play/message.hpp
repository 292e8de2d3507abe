// SPDX-License-Identifier: MIT
//
// Messages from a job to the process that started it: frames (util/frame.hpp) of one byte
// for the kind of message, then its text.
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
  char kind = 0;  // defined by the job and its reader
  std::string text;
};

// In bytes, including the kind. Limits the memory that a broken job can use.
constexpr std::size_t message_limit = 64 * 1024 * 1024;

// The job's end of the pipe.
class Line {
 public:
  explicit Line(Fd to) : to_(std::move(to)) {}
  // Blocks while the pipe is full. Throws SystemError; FrameError if the text is too long.
  void send(char kind, std::string_view text) const;
  int fd() const { return to_.get(); }

 private:
  Fd to_;
};

// The reader's end. Accepts bytes in pieces of any size.
class MessageReader {
 public:
  void feed(std::string_view bytes) { frames_.feed(bytes); }
  // The next complete message; nothing when more bytes are needed. Throws FrameError; then
  // the stream is unusable.
  std::optional<Message> next();
  // True when the stream stopped inside a message. At its end, that message is truncated.
  bool inside_message() const { return frames_.inside_frame(); }

 private:
  FrameSplitter frames_{message_limit};
};

}  // namespace lab::play
