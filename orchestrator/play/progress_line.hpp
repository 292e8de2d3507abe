// SPDX-License-Identifier: MIT
//
// What a person who waits is shown: the last line of a terminal on standard error,
// which is rewritten and is gone when there is something to read. Elsewhere,
// nothing: there a log gets whole lines alone.
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
