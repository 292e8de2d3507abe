// SPDX-License-Identifier: MIT
#include "vm/frame.hpp"

#include <fmt/format.h>

namespace lab::vm {
namespace {

// Checks the depth without building a value, so that a deep one is refused first.
// nlohmann::json::from_cbor() has no limit of its own.
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
  // Errors in the CBOR are reported by from_cbor(), which is called next.
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
  std::string body, frame;
  nlohmann::json::to_cbor(value, body);
  append_frame(frame, body, frame_limit);
  return frame;
}

std::optional<nlohmann::json> FrameReader::next() {
  const auto body = frames_.next();
  if (!body) return std::nullopt;
  check_depth(*body);
  try {
    return nlohmann::json::from_cbor(*body);
  } catch (const nlohmann::json::exception& error) {
    throw FrameError(
        fmt::format("a frame of {} bytes is not CBOR: {}", body->size(), error.what()));
  }
}

}  // namespace lab::vm
