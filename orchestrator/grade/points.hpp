// SPDX-License-Identifier: MIT
//
// Points, kept in hundredths, so that sums are exact.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lab::grade {

struct Points {
  std::int64_t hundredths = 0;

  auto operator<=>(const Points&) const = default;
  Points& operator+=(Points other) {
    hundredths += other.hundredths;
    return *this;
  }
  // For JSON.
  double number() const { return static_cast<double>(hundredths) / 100; }
};

inline constexpr Points most_points{100'000'00};

// "2", "2.5", "0.25"
std::string to_string(Points points);
// Nothing: it is no number from 0 to most_points with at most two decimals.
std::optional<Points> points_from(std::string_view text);

}  // namespace lab::grade
