// SPDX-License-Identifier: MIT
#include "diagram/verdict.hpp"

namespace lab::diagram {

using draw::Ink;
using sequence::Message;

Verdict verdict_of(const Message& message) {
  Verdict verdict;
  verdict.text = message.verdict;
  if (verdict.text.empty() && message.simultaneous_open) verdict.text = "simultaneous open";
  if (verdict.text.starts_with("dealt with by ")) verdict.text.clear();
  // "simultaneous open, left goes from SYN-SENT to SYN-RECEIVED"
  const std::size_t change = verdict.text.find(" goes from ");
  if (change != std::string::npos && !message.changes.empty()) {
    const std::size_t comma = verdict.text.find(", ");
    if (comma < change) verdict.of_change = verdict.text.substr(0, comma);
    verdict.text.clear();
  }
  const bool bad = verdict.text.starts_with("answered with RST") ||
                   verdict.text.starts_with("the RST ends") || verdict.text.starts_with("dropped");
  if (bad) verdict.ink = Ink::bad;
  return verdict;
}

}  // namespace lab::diagram
