// SPDX-License-Identifier: MIT
//
// printable() for a stream that comes in pieces, such as what a guest prints: a character or an
// escape sequence may begin in one piece and end in the next.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lab {

class PrintableStream {
 public:
  // `passed`: sequences that pass unchanged, such as the colours of the lab's own reports.
  explicit PrintableStream(std::vector<std::string> passed = {}) : passed_(std::move(passed)) {}

  // What may be shown now. The beginning of a character or of a passed sequence is kept until
  // more comes: at most as many bytes as the longest of them.
  std::string feed(std::string_view bytes);
  // At the end of the stream: what was kept.
  std::string finish();

 private:
  std::vector<std::string> passed_;
  std::string pending_;
};

}  // namespace lab
