// SPDX-License-Identifier: MIT
//
// Grades submissions of the sample assignments, in guests.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program.hpp"
#include "util/temporary_folder.hpp"

namespace lab::test {

namespace fs = std::filesystem;
using nlohmann::json;

inline std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Grading : public testing::Test {
 protected:
  Ran grade(const std::string& assignment, const std::vector<std::string>& more,
            const std::vector<std::string>& env = {}) const {
    std::vector<std::string> argv{
        ORCHESTRATOR, "grade", fmt::format("{}/{}", ASSIGNMENTS, assignment), "--kernel", KERNEL,
        "--color",    "never"};
    argv.insert(argv.end(), more.begin(), more.end());
    How how;
    how.env = env;
    how.deadline = std::chrono::seconds(800);
    return run(argv, how);
  }
  static std::string submission(const std::string& assignment, const std::string& student) {
    return fmt::format("{}/{}/{}", CLASSES, assignment, student);
  }
  // Its path after a file was put there.
  std::string made(const std::string& student, const std::string& file = "",
                   const std::string& text = "") const {
    fs::create_directories(place_ / student);
    if (!file.empty()) {
      std::ofstream(place_ / student / file) << text;
      fs::permissions(place_ / student / file, fs::perms(0755));
    }
    return place_ / student;
  }
  // student → points, from --output.
  static std::map<std::string, double> earned_in(const fs::path& output) {
    std::map<std::string, double> earned;
    const json report = json::parse(text_of(output));
    for (const json& each : report.at("submissions")) earned[each["student"]] = each["earned"];
    return earned;
  }

  const TemporaryFolder temporary_;
  const fs::path place_ = temporary_.path();
};

}  // namespace lab::test
