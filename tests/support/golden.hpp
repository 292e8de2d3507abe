// SPDX-License-Identifier: MIT
//
// Outputs compared with those stored in tests/golden/.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

#include "util/text.hpp"

namespace lab::testing {

// Line by line: those that are the same once, those that differ twice.
inline std::string diff(const std::string& golden, const std::string& now) {
  const auto before = lines(golden), after = lines(now);
  std::string text;
  for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
    const bool had = i < before.size(), has = i < after.size();
    if (had && has && before[i] == after[i]) continue;
    text += "line " + std::to_string(i + 1) + "\n";
    if (had) text += "  - " + std::string(before[i]) + "\n";
    if (has) text += "  + " + std::string(after[i]) + "\n";
  }
  return text;
}

// `path` is below tests/golden/. With LAB_UPDATE_GOLDEN the file is written, and the test
// skips.
inline void expect_golden(const std::string& path, const std::string& now) {
  const std::string file = TESTS_DIR "/golden/" + path;
  if (std::getenv("LAB_UPDATE_GOLDEN")) {
    std::ofstream(file) << now;
    GTEST_SKIP() << "wrote " << file << "; look at it with git diff before you commit it";
  }
  const std::string golden = read_file(file);
  EXPECT_TRUE(golden == now) << file << " (-) and the output now (+) differ:\n"
                             << diff(golden, now)
                             << "If that is meant, run again with LAB_UPDATE_GOLDEN=1.";
}

}  // namespace lab::testing
