// SPDX-License-Identifier: MIT
//
// What the tests of hostile input share: a folder of its own for each, and a real report.
#pragma once

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "program.hpp"
#include "util/temporary_folder.hpp"

namespace lab::test {

namespace fs = std::filesystem;
using nlohmann::json;

inline std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// A folder of its own for each test.
class Hostile : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = folder_ / name;
    std::ofstream(path) << text;
    return path;
  }
  // A report that `run` has written, with one run in it.
  json report() const {
    const std::string path = folder_ / "good.json";
    const Ran ran = run({ORCHESTRATOR, "run", "self-connect", "--where", "here", "--family", "ipv4",
                         "-q", "-o", path});
    EXPECT_EQ(ran.status, 0) << ran.err;
    return json::parse(read(path));
  }
  // Everything below the folder, by its path there.
  std::vector<std::string> files() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
      all.push_back(fs::relative(entry.path(), folder_));
    return all;
  }

  const TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
};

#define NEEDS_ROOT() \
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces"

}  // namespace lab::test
