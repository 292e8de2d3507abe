// SPDX-License-Identifier: MIT
//
// The system calls of scripts, which are strangers'.
#include "run/system_call.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "util/temporary_folder.hpp"

namespace lab::run {
namespace {

class OpenedByAScript : public testing::Test {
 protected:
  OpenedByAScript() { std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755)); }

  std::string file(const std::string& name, const std::string& text, mode_t mode) {
    const std::string path = folder_.path() / name;
    std::ofstream(path) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  CallResult open(const std::string& path) {
    scenario::SystemCall call;
    call.arguments = scenario::OpenFile{"fd5", path};
    return PreparedCall{.call = call, .others = {}, .buffers = buffers_}.make();
  }

  TemporaryFolder folder_;
  std::deque<std::string> buffers_;
};

TEST_F(OpenedByAScript, AFileIsReadAndNotWritten) {
  const std::string path = file("data", "0123", 0666);
  const CallResult result = open(path);
  ASSERT_EQ(result.error, 0);
  ASSERT_EQ(result.opened.size(), 1u);
  EXPECT_EQ(result.opened[0].first, "fd5");
  const int fd = result.opened[0].second.get();
  EXPECT_EQ(result.value, fd);
  char byte = 0;
  EXPECT_EQ(::read(fd, &byte, 1), 1);
  EXPECT_EQ(byte, '0');
  EXPECT_EQ(::write(fd, "x", 1), -1);
  EXPECT_EQ(std::filesystem::file_size(path), 4u);
}

TEST_F(OpenedByAScript, NothingButAFileIsOpened) {
  const std::string pipe = folder_.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0666), 0);
  for (const std::string& path : {std::string("/dev/zero"), pipe, std::string("/")}) {
    const CallResult result = open(path);
    EXPECT_EQ(result.value, -1) << path;
    EXPECT_EQ(result.error, EACCES) << path;
    EXPECT_TRUE(result.opened.empty()) << path;
  }
  EXPECT_EQ(open(folder_.path() / "nothing").error, ENOENT);
}

TEST_F(OpenedByAScript, RootsFilesAreNotReadForIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "without root, the files are the user's own";
  const std::string secret = file("secret", "key", 0600), groups = file("groups", "key", 0640);
  EXPECT_EQ(open(secret).error, EACCES);
  EXPECT_EQ(open(groups).error, EACCES);
  EXPECT_TRUE(std::ifstream(secret).is_open());  // this thread has its rights again
}

}  // namespace
}  // namespace lab::run
