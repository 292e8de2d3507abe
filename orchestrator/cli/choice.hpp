// SPDX-License-Identifier: MIT
//
// A flag whose value is one of a few words, each of which means a value of an enum.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace lab::cli {

// Words in the order in which the help names them.
template <typename Enum>
using Choices = std::vector<std::pair<std::string, Enum>>;

// For CLI::Option::transform(). Anything else is an error that names the words: "moon is not one of
// auto, here, vm". (CLI::CheckedTransformer takes the enum's numbers, too, and prints its own table
// of both.)
template <typename Enum>
CLI::Validator choice(const Choices<Enum>& values) {
  std::vector<std::string> words;
  for (const auto& [word, value] : values) words.push_back(word);
  return CLI::Validator(
      [values, words](std::string& word) {
        const auto found = std::ranges::find(values, word, &Choices<Enum>::value_type::first);
        if (found == values.end())
          return fmt::format("{} is not one of {}", word, fmt::join(words, ", "));
        word = std::to_string(static_cast<int>(found->second));
        return std::string();
      },
      fmt::format("{{{}}}", fmt::join(words, ",")));
}

}  // namespace lab::cli
