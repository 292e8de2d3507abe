// SPDX-License-Identifier: MIT
#include "play/progress_line.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "util/print.hpp"
#include "util/printable.hpp"

namespace lab::play {

ProgressLine::ProgressLine() : ProgressLine(::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(std::string_view text) {
  if (!on_) return;
  const std::string line = printable_line(text);
  text = line;
  winsize size{};
  // A line that wraps cannot be rewritten.
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    text = text.substr(0, size.ws_col - 1U);
  print_note("\r\033[K{}", text);
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::clear() {
  if (!shown_) return;
  print_note("\r\033[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace lab::play
