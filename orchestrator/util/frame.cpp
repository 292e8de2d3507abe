// SPDX-License-Identifier: MIT
#include "util/frame.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace lab {
namespace {

constexpr std::size_t header_size = 4;

std::uint32_t read_length(std::string_view header) {
  std::uint32_t length = 0;
  for (std::size_t i = header_size; i-- > 0;)
    length = length << 8 | static_cast<std::uint8_t>(header[i]);
  return length;
}

}  // namespace

void append_frame(std::string& into, std::string_view body, std::size_t limit) {
  if (body.size() > limit)
    throw FrameError(fmt::format("a frame of {} bytes is over the limit of {}: send it in pieces",
                                 body.size(), limit));
  for (std::size_t i = 0; i < header_size; ++i)
    into += static_cast<char>(body.size() >> 8 * i & 0xff);
  into += body;
}

void FrameSplitter::feed(std::string_view bytes) {
  // Only here, where nothing points into the buffer, and not once per frame.
  buffer_.erase(0, used_);
  used_ = 0;
  buffer_.append(bytes);
}

std::optional<std::string_view> FrameSplitter::next() {
  const std::string_view rest = std::string_view(buffer_).substr(used_);
  if (rest.size() < header_size) return std::nullopt;
  const std::uint32_t length = read_length(rest);
  if (length > limit_)
    throw FrameError(fmt::format("a frame claims {} bytes, the limit is {}", length, limit_));
  if (rest.size() - header_size < length) return std::nullopt;
  used_ += header_size + length;
  return rest.substr(header_size, length);
}

}  // namespace lab
