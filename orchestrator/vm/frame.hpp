// SPDX-License-Identifier: MIT
//
// The lowest layer of the protocol between host and guest: frames (util/frame.hpp) of CBOR
// (RFC 8949). Both ends are this code, so the format may change; the hello has a version,
// because an image may be older than the orchestrator that boots it.
//
// Not thread-safe; one FrameReader per stream and direction.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "util/frame.hpp"

namespace lab::vm {

// The longest frame, in bytes. Larger things (files, output) are sent in pieces, so
// that neither end needs memory for more than this.
constexpr std::size_t frame_limit = 4 * 1024 * 1024;
// The deepest nesting of a value: the parser recurses for each level.
constexpr std::size_t depth_limit = 16;

// Throws FrameError when the value needs more than frame_limit bytes.
std::string encode_frame(const nlohmann::json& value);

// Takes bytes as they arrive, in pieces of any size, and gives back whole values.
class FrameReader {
 public:
  void feed(std::string_view bytes) { frames_.feed(bytes); }

  // The next whole value; nothing when more bytes are needed. Throws
  // FrameError: a length or a depth beyond the limit, bytes that are not CBOR.
  std::optional<nlohmann::json> next();

  // True when the stream stopped inside a frame.
  bool inside_frame() const { return frames_.inside_frame(); }

 private:
  FrameSplitter frames_{frame_limit};
};

}  // namespace lab::vm
