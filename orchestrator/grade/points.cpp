// SPDX-License-Identifier: MIT
#include "grade/points.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/text.hpp"

namespace lab::grade {

std::string to_string(Points points) {
  std::string text = fmt::format("{}.{:02}", points.hundredths / 100, points.hundredths % 100);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::optional<Points> points_from(std::string_view text) {
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  std::string decimals(dot == std::string_view::npos ? "00" : text.substr(dot + 1));
  if (decimals.empty() || decimals.size() > 2 || whole.empty()) return std::nullopt;
  decimals.resize(2, '0');
  const auto is_digit = [](char each) { return each >= '0' && each <= '9'; };
  if (!std::ranges::all_of(whole, is_digit) || !std::ranges::all_of(decimals, is_digit))
    return std::nullopt;
  const auto units = to_integer<std::int64_t>(whole), rest = to_integer<std::int64_t>(decimals);
  if (!units || !rest || *units > most_points.hundredths / 100) return std::nullopt;
  const Points points{*units * 100 + *rest};
  return points > most_points ? std::nullopt : std::optional(points);
}

}  // namespace lab::grade
