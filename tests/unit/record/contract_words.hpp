// SPDX-License-Identifier: MIT
//
// Reads the words of include/tcp_lookup/contract.h from its text.
#pragma once

#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace lab::testing {

// The values of all TCP_LOOKUP_KIND_…: contract_words("EVENT") has "tcp_v4_rcv".
inline std::set<std::string> contract_words(const std::string& kind) {
  std::ifstream file(SOURCE_DIR "/include/tcp_lookup/contract.h");
  const std::regex definition("#define TCP_LOOKUP_" + kind + "_[A-Z0-9_]+ \"([^\"]+)\".*");
  std::set<std::string> words;
  std::smatch match;
  for (std::string line; std::getline(file, line);)
    if (std::regex_match(line, match, definition)) words.insert(match[1]);
  return words;
}

}  // namespace lab::testing
