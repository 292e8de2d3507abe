// SPDX-License-Identifier: MIT
#include "vm/frame.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace lab::vm {
namespace {

constexpr std::size_t header_size = 4;

std::uint32_t read_length(std::string_view header) {
  std::uint32_t length = 0;
  for (std::size_t i = header_size; i-- > 0;) {
    length = length << 8 | static_cast<std::uint8_t>(header[i]);
  }
  return length;
}

}  // namespace

std::string encode_frame(const nlohmann::json& value) {
  std::string frame(header_size, '\0');
  nlohmann::json::to_cbor(value, frame);
  const std::size_t length = frame.size() - header_size;
  if (length > frame_limit) {
    throw FrameError(fmt::format("a frame of {} bytes is over the limit of {}: send it in pieces",
                                 length, frame_limit));
  }
  for (std::size_t i = 0; i < header_size; ++i) {
    frame[i] = static_cast<char>(length >> 8 * i & 0xff);
  }
  return frame;
}

std::optional<nlohmann::json> FrameReader::next() {
  const std::string_view rest = std::string_view(buffer_).substr(used_);
  if (rest.size() >= header_size) {
    const std::uint32_t length = read_length(rest);
    if (length > frame_limit) {
      throw FrameError(fmt::format("a frame claims {} bytes, the limit is {}", length, frame_limit));
    }
    if (rest.size() - header_size >= length) {
      const std::string_view body = rest.substr(header_size, length);
      used_ += header_size + length;
      try {
        return nlohmann::json::from_cbor(body);
      } catch (const nlohmann::json::exception& error) {
        throw FrameError(fmt::format("a frame of {} bytes is not CBOR: {}", length, error.what()));
      }
    }
  }
  // Only here, where nothing points into the buffer, and once for many frames.
  buffer_.erase(0, used_);
  used_ = 0;
  return std::nullopt;
}

}  // namespace lab::vm
