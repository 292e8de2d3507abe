// SPDX-License-Identifier: MIT
#include "process/root_mount.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "util/error.hpp"
#include "util/temporary_folder.hpp"

namespace lab {
namespace {

// In a child: whether "/" is a mount there, by the exit code, and the message.
[[noreturn]] void ask_in_a_root(const std::string& directory, bool mounted) {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr))
    ::_exit(2);
  if (mounted && ::mount(directory.c_str(), directory.c_str(), nullptr, MS_BIND, nullptr) != 0)
    ::_exit(3);
  if (::chroot(directory.c_str()) != 0 || ::chdir("/") != 0) ::_exit(4);
  try {
    require_root_mount("exec");
  } catch (const EnvironmentError& error) {
    std::fputs(error.what(), stderr);
    ::_exit(1);
  }
  ::_exit(0);
}

TEST(RootMount, SaysThatAChrootIsNoMountAndWhatHelps) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const TemporaryFolder folder;
  EXPECT_EXIT(ask_in_a_root(folder.path(), false), testing::ExitedWithCode(1),
              "exec needs a root directory that is a mount.*mount --bind DIR DIR");
  EXPECT_EXIT(ask_in_a_root(folder.path(), true), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace lab
