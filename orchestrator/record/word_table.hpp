// SPDX-License-Identifier: MIT
//
// One table for an enumeration and its words, from which it is both printed and parsed.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace lab {

template <typename Value, std::size_t count>
using WordTable = std::array<std::pair<Value, std::string_view>, count>;

// "?" for a value that is not in the table.
template <typename Value, std::size_t count>
constexpr std::string_view word_of(const WordTable<Value, count>& table, Value value) {
  for (const auto& [each, word] : table)
    if (each == value) return word;
  return "?";
}

template <typename Value, std::size_t count>
constexpr std::optional<Value> value_of(const WordTable<Value, count>& table,
                                        std::string_view word) {
  for (const auto& [value, its_word] : table)
    if (its_word == word) return value;
  return std::nullopt;
}

}  // namespace lab
