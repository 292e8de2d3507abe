// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace lab::scenario {

// The data that a step sends: a text, or only a count, so that a file of many such steps needs
// no memory for them.
struct Payload {
  Payload() = default;
  Payload(std::string data) : text(std::move(data)) {}  // implicit, like the next: plain data
  Payload(const char* data) : text(data) {}

  std::size_t size() const { return text.size() + fill; }
  bool empty() const { return size() == 0; }
  std::string bytes() const { return text + std::string(fill, 'x'); }

  std::string text;
  std::size_t fill = 0;  // instead of `text`: so many bytes "x"
};

}  // namespace lab::scenario
