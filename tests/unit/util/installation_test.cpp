// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cstdlib>

#include "util/installation.hpp"

namespace lab {
namespace {

TEST(Installation, FindsFoldersFromTheProgramsPath) {
  EXPECT_EQ(data_folder_for("/usr/bin"), "/usr/share/tcp-lookup-lab");
  EXPECT_EQ(private_folder_for("/usr/bin"), "/usr/lib/tcp-lookup-lab");
  EXPECT_EQ(data_folder_for("/home/ada/lab/bin"), "/home/ada/lab/share/tcp-lookup-lab");
}

TEST(Installation, DoesNotTakeABuiltProgramForInstalled) {
  EXPECT_EQ(installed_data(), std::nullopt);
  EXPECT_EQ(installed_private(), std::nullopt);
  EXPECT_THAT(program_folder().string(), testing::StartsWith(BUILD_DIR));
}

TEST(Installation, FindsTheUsersCacheOrNone) {
  const char* home = std::getenv("HOME");
  const std::string before = home ? home : "";
  ::unsetenv("XDG_CACHE_HOME");
  ::setenv("HOME", "/home/ada", 1);
  EXPECT_EQ(cache_folder(), "/home/ada/.cache/tcp-lookup-lab");
  ::setenv("XDG_CACHE_HOME", "/cache", 1);
  EXPECT_EQ(cache_folder(), "/cache/tcp-lookup-lab");
  ::unsetenv("XDG_CACHE_HOME");
  ::setenv("HOME", "", 1);
  EXPECT_EQ(cache_folder(), "");
  ::setenv("HOME", before.c_str(), 1);
}

}  // namespace
}  // namespace lab
