// SPDX-License-Identifier: MIT
//
// A progress line on standard error: it is rewritten in place and removed before other output.
// If standard error is not a terminal, nothing is printed.
#pragma once

#include <string_view>

namespace lab::play {

class ProgressLine {
 public:
  ProgressLine();  // looks at standard error
  explicit ProgressLine(bool on) : on_(on) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(std::string_view text);
  void clear();

 private:
  bool on_;
  bool shown_ = false;
};

}  // namespace lab::play
