// SPDX-License-Identifier: MIT
//
// The kernels whose guests a test boots: CMake's list, -DSERIES="6.1 6.12".
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "util/architecture.hpp"
#include "util/text.hpp"

namespace lab {

inline std::vector<std::string> series_of(const char* list) {
  std::vector<std::string> all;
  for (const std::string_view name : words(list)) all.emplace_back(name);
  return all;
}

inline const Architecture& guest_architecture(const std::string& series) {
  const Architecture* named = find_architecture(series.substr(series.rfind('-') + 1));
  return named ? *named : this_architecture();
}

// A program of in_guest.cmake, or a folder of them, as it is built for that guest: `own` is
// this machine's, in the tests' folder of the build.
inline std::string in_guest(const std::string& series, const std::string& own) {
  const Architecture& guest = guest_architecture(series);
  if (is_this(guest)) return own;
  const std::size_t tests = own.rfind("/tests/");
  return own.substr(0, tests + 1) + std::string(guest.name) + own.substr(tests);
}

// Why a test that sends programs of this machine is not for that guest; empty: it is.
inline std::string why_not_sent(const std::string& series) {
  const Architecture& guest = guest_architecture(series);
  if (is_this(guest)) return "";
  return "its programs are compiled for " + std::string(this_architecture().name) +
         " alone, and the guest is of " + std::string(guest.name);
}

// As a part of a test's name, where GoogleTest takes letters and digits alone.
// kernel-matrix.sh knows them by it.
inline std::string test_name(std::string series) {
  std::replace_if(
      series.begin(), series.end(), [](char c) { return c == '.' || c == '-'; }, '_');
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
