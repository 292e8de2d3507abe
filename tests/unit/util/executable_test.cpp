// SPDX-License-Identifier: MIT
#include "util/executable.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "util/temporary_folder.hpp"

namespace lab {
namespace {

// A folder with files in it, and a PATH of the test's own.
class InPath : public testing::Test {
 protected:
  ~InPath() override { ::setenv("PATH", before_.c_str(), 1); }

  std::string file(const std::string& name, mode_t mode) {
    const std::string path = folder_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << "x";
    ::chmod(path.c_str(), mode);
    return path;
  }
  void path_is(const std::string& first, const std::string& second) {
    ::setenv("PATH", (folder_ + "/" + first + ":" + folder_ + "/" + second).c_str(), 1);
  }

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path(), before_ = std::getenv("PATH");
};

TEST_F(InPath, FindsTheFirstExecutable) {
  file("one/curl", 0644);
  file("one/nc/curl", 0755);
  const std::string curl = file("two/curl", 0755), nc = file("two/nc", 0755);
  path_is("one", "two");
  EXPECT_EQ(find_in_path("curl"), curl);
  EXPECT_EQ(find_in_path("nc"), nc) << "a folder is no program";
  EXPECT_EQ(find_in_path("socat"), "");
}

TEST_F(InPath, SkipsAMissingFolder) {
  const std::string curl = file("two/curl", 0755);
  path_is("nowhere", "two");
  EXPECT_EQ(find_in_path("curl"), curl);
}

}  // namespace
}  // namespace lab
