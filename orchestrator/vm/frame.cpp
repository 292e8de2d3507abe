// SPDX-License-Identifier: MIT
#include "vm/frame.hpp"

#include <fmt/format.h>

namespace lab::vm {
std::string encode_frame(const nlohmann::json& value) {
  std::string body, frame;
  nlohmann::json::to_cbor(value, body);
  append_frame(frame, body, frame_limit);
  return frame;
}

std::optional<nlohmann::json> FrameReader::next() {
  const auto body = frames_.next();
  if (!body) return std::nullopt;
  try {
    return nlohmann::json::from_cbor(*body);
  } catch (const nlohmann::json::exception& error) {
    throw FrameError(
        fmt::format("a frame of {} bytes is not CBOR: {}", body->size(), error.what()));
  }
}

}  // namespace lab::vm
