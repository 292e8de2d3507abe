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

// Follows the parser and keeps nothing, so that a deep value is refused before one is
// built. nlohmann::json::from_cbor() has no limit of its own.
class DepthCheck : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth_ <= depth_limit; }
  bool start_array(std::size_t) override { return ++depth_ <= depth_limit; }
  bool end_object() override { return --depth_, true; }
  bool end_array() override { return --depth_, true; }
  // What is no CBOR is told of by from_cbor(), which is next.
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }
  bool too_deep() const { return depth_ > depth_limit; }

 private:
  std::size_t depth_ = 0;
};

void check_depth(std::string_view body) {
  DepthCheck check;
  nlohmann::json::sax_parse(body, &check, nlohmann::json::input_format_t::cbor);
  if (check.too_deep())
    throw FrameError(
        fmt::format("a frame of {} bytes is nested deeper than {}", body.size(), depth_limit));
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
      check_depth(body);
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
