// SPDX-License-Identifier: MIT
#include "run/find_program.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "util/temporary_folder.hpp"

namespace lab::run {
namespace {

class FindProgram : public testing::Test {
 protected:
  FindProgram() {
    ::setenv("LAB_PROGRAMS", (folder_ + "/own").c_str(), 1);
    ::setenv("PATH", (folder_ + "/bin").c_str(), 1);
  }
  ~FindProgram() override {
    ::unsetenv("LAB_PROGRAMS");
    ::setenv("PATH", path_.c_str(), 1);
  }

  std::string program(const std::string& name) {
    const std::string path = folder_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << "x";
    ::chmod(path.c_str(), 0755);
    return path;
  }
  std::string found(const std::string& word) {
    return find_program(word, folder_ + "/scenarios/own.yaml");
  }

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path(), path_ = std::getenv("PATH");
};

TEST_F(FindProgram, PrefersTheLabsOwnPrograms) {
  program("bin/knock");
  const std::string own = program("own/knock"), curl = program("bin/curl");
  EXPECT_EQ(found("knock"), own);
  EXPECT_EQ(found("curl"), curl);
}

TEST_F(FindProgram, ResolvesAPathFromTheScenariosFile) {
  const std::string beside = program("scenarios/client"), below = program("scenarios/bin/client");
  EXPECT_EQ(found("./client"), folder_ + "/scenarios/./client");
  EXPECT_EQ(found("bin/client"), below);
  EXPECT_EQ(found(beside), beside);
}

TEST_F(FindProgram, ReportsWhereItSearched) {
  EXPECT_EQ(found("curl"), "");
  EXPECT_EQ(no_program("curl", "own.yaml"),
            "there is no program curl in " + folder_ + "/own or in PATH");
  EXPECT_EQ(found("./client"), "");
  EXPECT_EQ(no_program("bin/client", "mine/own.yaml"),
            "there is no program mine/bin/client, or it is not executable");
}

TEST_F(FindProgram, SearchesTheFolderNextToThisProgram) {
  ::unsetenv("LAB_PROGRAMS");
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  EXPECT_EQ(programs_folder(), self.parent_path().string() + "/programs");
}

}  // namespace
}  // namespace lab::run
