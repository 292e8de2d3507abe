// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

// Splits at runs of blanks; no empty words.
std::vector<std::string_view> words(std::string_view line);

// "1 check", "2 checks"
std::string plural(std::size_t count, std::string_view noun);

// Splits at newlines; a last line without one counts.
std::vector<std::string_view> lines(std::string_view text);

// `word` as a number in base 10; nothing unless all of it is one.
template <typename Integer>
std::optional<Integer> to_integer(std::string_view word) {
  Integer value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

// Bytes as "0a1b", and back; nothing unless all of it is pairs of such digits.
std::string to_hex(std::span<const std::uint8_t> bytes);
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view digits);

// The `most` names most similar to `wanted`, best first: for "did you mean".
std::vector<std::string> nearest(std::string_view wanted, const std::vector<std::string>& names,
                                 std::size_t most = 3);

// The text in quotes and on one line, as C writes it: "Hello\n". If it is longer than
// `most` bytes, its beginning and its length.
std::string in_quotes(std::string_view text, std::size_t most = 400);

// Quoted for a shell, if needed.
std::string shell_word(std::string_view word);

// The whole file. Throws SystemError.
std::string read_file(const std::string& path);

}  // namespace lab
