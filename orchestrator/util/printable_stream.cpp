// SPDX-License-Identifier: MIT
#include "util/printable_stream.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "util/printable.hpp"

namespace lab {
namespace {

// Bytes that are valid so far, but not a whole character: any continuation would do.
bool is_cut_character(std::string_view text) {
  if (utf8_length(text) != 0) return false;
  constexpr std::size_t longest = 4;
  // A continuation byte in the range that each second byte of such a character may have.
  for (const char second : {'\x80', '\x90', '\xa0'}) {
    std::string whole(text.substr(0, longest));
    while (whole.size() < longest) {
      whole += whole.size() == 1 ? second : '\x80';
      if (const std::size_t length = utf8_length(whole); length > text.size()) return true;
    }
  }
  return false;
}

}  // namespace

std::string PrintableStream::feed(std::string_view bytes) {
  pending_ += bytes;
  std::string shown;
  std::string_view left = pending_;
  while (!left.empty()) {
    const auto whole = std::ranges::find_if(
        passed_, [&](const std::string& each) { return left.starts_with(each); });
    if (whole != passed_.end()) {
      shown += *whole;
      left.remove_prefix(whole->size());
      continue;
    }
    const bool begins_one = std::ranges::any_of(
        passed_, [&](const std::string& each) { return each.starts_with(left); });
    if (begins_one || is_cut_character(left)) break;
    const std::size_t length = std::max<std::size_t>(utf8_length(left), 1);
    shown += printable(left.substr(0, length));
    left.remove_prefix(length);
  }
  pending_ = std::string(left);
  return shown;
}

std::string PrintableStream::finish() { return printable(std::exchange(pending_, {})); }

}  // namespace lab
