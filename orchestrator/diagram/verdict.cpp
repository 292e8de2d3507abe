// SPDX-License-Identifier: MIT
#include "diagram/verdict.hpp"

namespace lab::diagram {

using draw::Ink;
using sequence::Message;

Told told_of(const Message& message) {
  Told told;
  told.verdict = message.verdict;
  if (told.verdict.empty() && message.simultaneous_open) told.verdict = "simultaneous open";
  if (told.verdict.starts_with("dealt with by ")) told.verdict.clear();
  // "simultaneous open, left goes from SYN-SENT to SYN-RECEIVED"
  const std::size_t change = told.verdict.find(" goes from ");
  if (change != std::string::npos && !message.changes.empty()) {
    const std::size_t comma = told.verdict.find(", ");
    if (comma < change) told.of_change = told.verdict.substr(0, comma);
    told.verdict.clear();
  }
  const bool bad =
      told.verdict.find("RST") != std::string::npos || told.verdict.starts_with("dropped");
  if (bad) told.ink = Ink::bad;
  return told;
}

}  // namespace lab::diagram
