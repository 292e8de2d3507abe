// SPDX-License-Identifier: MIT
#include "play/command_words.hpp"

#include <algorithm>

namespace lab::play {

std::vector<std::string> command_words(std::string_view text) {
  constexpr std::string_view between = " \t\r\n;|&()<>\"'`={}$#!*?[]\\";
  std::vector<std::string> words;
  for (std::size_t begin = text.find_first_not_of(between); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(between, begin), text.size());
    std::string word(text.substr(begin, end - begin));
    if (std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
    begin = text.find_first_not_of(between, end);
  }
  return words;
}

}  // namespace lab::play
