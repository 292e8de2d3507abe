// SPDX-License-Identifier: MIT
//
// A folder for the files of one test, removed with all that is in it. Its name is
// unique: tests run in parallel, each in a process of its own.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

namespace lab {

class TemporaryFolder {
 public:
  // Makes it below testing::TempDir(), for its owner only. Throws std::system_error.
  TemporaryFolder() {
    std::string name = std::filesystem::canonical(::testing::TempDir()) / "lab-test-XXXXXX";
    if (!::mkdtemp(name.data())) throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Absolute, without symbolic links.
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace lab
