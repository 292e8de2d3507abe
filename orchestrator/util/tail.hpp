// SPDX-License-Identifier: MIT
//
// The end of a text of unlimited length: the last output of a guest's console,
// or of a process.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lab {

class Tail {
 public:
  explicit Tail(std::size_t limit) : limit_(limit) {}

  void add(std::string_view bytes) {
    text_.append(bytes);
    // Twice the limit before cutting, so that the cost per byte stays constant.
    if (text_.size() > 2 * limit_) text_.erase(0, text_.size() - limit_);
  }

  bool empty() const { return text_.empty(); }
  // At most `count` last lines, without carriage returns and other control
  // characters: a guest must not control the user's terminal.
  std::string last_lines(std::size_t count) const;

 private:
  std::size_t limit_;
  std::string text_;
};

}  // namespace lab
