// SPDX-License-Identifier: MIT
//
// A stream of bytes cut into frames, for pipes and ports between processes of this
// program: a length in four bytes, little endian, and that many bytes, which only the
// reader interprets.
//
// Not thread-safe; one FrameSplitter per stream and direction.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace lab {

// The other end sent something invalid; nothing after it can be read.
class FrameError : public EnvironmentError {
 public:
  using EnvironmentError::EnvironmentError;
};

// Appends a frame to `into`. Throws FrameError for a body of more than `limit` bytes.
void append_frame(std::string& into, std::string_view body, std::size_t limit);

// Takes bytes as they arrive, in pieces of any size, and gives back whole bodies.
class FrameSplitter {
 public:
  // No body may be longer than `limit` bytes, so that the other end cannot take all memory.
  explicit FrameSplitter(std::size_t limit) : limit_(limit) {}

  void feed(std::string_view bytes);
  // The next whole body, valid until the next feed(); nothing when more bytes are needed.
  // Throws FrameError for a length beyond the limit.
  std::optional<std::string_view> next();
  // True when the stream stopped inside a frame.
  bool inside_frame() const { return used_ < buffer_.size(); }

 private:
  std::size_t limit_;
  std::string buffer_;
  std::size_t used_ = 0;  // bytes of buffer_ that were already returned
};

}  // namespace lab
