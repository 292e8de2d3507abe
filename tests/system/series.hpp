// SPDX-License-Identifier: MIT
//
// The kernels whose guests a test boots: CMake's list, -DSERIES="6.1 6.12".
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "util/text.hpp"

namespace lab {

inline std::vector<std::string> series_of(const char* list) {
  std::vector<std::string> all;
  for (const std::string_view name : words(list)) all.emplace_back(name);
  return all;
}

// As a part of a test's name, where GoogleTest takes letters and digits alone.
// kernel-matrix.sh knows them by it.
inline std::string test_name(std::string series) {
  std::replace_if(series.begin(), series.end(), [](char c) { return c == '.' || c == '-'; }, '_');
  return series;
}

// What the release of such a kernel begins with: "6.1." for "6.1", "6.12." for "6.12-rt",
// "7." for "7.x", nothing for "sid" and for a path.
inline std::string release_prefix(const std::string& series) {
  const std::string number = series.substr(0, series.find('-'));
  if (number.find_first_not_of("0123456789.x") != std::string::npos) return "";
  return number.ends_with(".x") ? number.substr(0, number.size() - 1) : number + ".";
}

}  // namespace lab
