// SPDX-License-Identifier: MIT
#include "util/output_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

// A folder of its own for each test.
class OutputFiles : public ::testing::Test {
 protected:
  OutputFiles() {
    std::string name = testing::TempDir() + "lab-output-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~OutputFiles() override { fs::remove_all(folder_); }

  std::string path(const std::string& name = "report") const { return folder_ + "/" + name; }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder_))
      all.push_back(entry.path().filename());
    return all;
  }
  static void write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
  }

  std::string folder_;
};

int error_of_opening(const std::string& path) try {
  OutputFile file(path);
  return 0;
} catch (const SystemError& error) {
  return error.error();
}

TEST_F(OutputFiles, HoldWhatWasWrittenHoweverMuch) {
  const std::string much(200'000, 'x');
  OutputFile file(path());
  file << "begin " << much << ' ' << 42;
  file.put('\n');
  EXPECT_EQ(file.finish(), 0);
  EXPECT_EQ(read_file(path()), "begin " + much + " 42\n");
  EXPECT_THAT(names(), ElementsAre("report"));
}

TEST_F(OutputFiles, AreWholeOrNotThere) {
  write(path(), "old");
  {
    OutputFile file(path());
    file << std::string(200'000, 'x') << std::flush;
    EXPECT_EQ(read_file(path()), "old");
    EXPECT_THAT(names(), ElementsAre("report"));
  }
  EXPECT_EQ(read_file(path()), "old");
  EXPECT_THAT(names(), ElementsAre("report"));
}

TEST_F(OutputFiles, LeaveNothingBehindWhateverKillsTheirWriter) {
  const pid_t child = ::fork();
  if (child == 0) {
    OutputFile file(path());
    file << std::string(200'000, 'x') << std::flush;
    ::raise(SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  EXPECT_THAT(names(), ElementsAre());
}

TEST_F(OutputFiles, KeepTheModeOfWhatTheyReplace) {
  write(path(), "old");
  ::chmod(path().c_str(), 0640);
  OutputFile file(path());
  file << "new";
  EXPECT_EQ(file.finish(), 0);
  struct stat found {};
  ::stat(path().c_str(), &found);
  EXPECT_EQ(found.st_mode & 07777, 0640u);
  EXPECT_EQ(read_file(path()), "new");
}

TEST_F(OutputFiles, HaveTheModeThatTheUserWantsForNewOnes) {
  const mode_t before = ::umask(027);
  OutputFile file(path());
  EXPECT_EQ(file.finish(), 0);
  struct stat found {};
  ::stat(path().c_str(), &found);
  EXPECT_EQ(found.st_mode & 07777, 0640u);
  EXPECT_EQ(::umask(before), 027u);
}

TEST_F(OutputFiles, FollowALinkAndLeaveItThere) {
  fs::create_symlink("behind", path());
  OutputFile file(path());
  file << "new";
  EXPECT_EQ(file.finish(), 0);
  EXPECT_TRUE(fs::is_symlink(path()));
  EXPECT_EQ(read_file(path("behind")), "new");
}

TEST_F(OutputFiles, MayBePipes) {
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  const Fd reader(::open(path().c_str(), O_RDONLY | O_NONBLOCK));
  OutputFile file(path());
  file << "through";
  EXPECT_EQ(file.finish(), 0);
  char got[16] = {};
  EXPECT_EQ(::read(reader.get(), got, sizeof got), 7);
  EXPECT_STREQ(got, "through");
  EXPECT_TRUE(fs::is_fifo(path()));
}

TEST_F(OutputFiles, KnowWhyTheyFailedHoweverLate) {
  OutputFile file("/dev/full");
  file << std::string(100'000, 'x');
  errno = EAGAIN;  // another call's
  EXPECT_FALSE(file);
  EXPECT_EQ(file.finish(), ENOSPC);
}

TEST_F(OutputFiles, ThatCannotBeWrittenAreErrorsAtOnce) {
  EXPECT_EQ(error_of_opening("/proc/nowhere/report.json"), ENOENT);
  EXPECT_EQ(error_of_opening(folder_), EISDIR);
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  write(path(), "old");
  ::chmod(path().c_str(), 0444);
  EXPECT_EQ(error_of_opening(path()), EACCES);
  ::chmod(folder_.c_str(), 0555);
  EXPECT_EQ(error_of_opening(path("new")), EACCES);
  ::chmod(folder_.c_str(), 0755);
}

// A real disk of 64 kB that is full, seen by this process alone.
class FullDisk : public OutputFiles {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "mounting needs root";
    before_ = Fd(::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    ASSERT_EQ(::mount("lab", folder_.c_str(), "tmpfs", 0, "size=64k"), 0);
  }
  void TearDown() override {
    if (!before_) return;
    ::umount2(folder_.c_str(), MNT_DETACH);
    ::setns(before_.get(), CLONE_NEWNS);
  }
  Fd before_;
};

TEST_F(FullDisk, LeavesTheOldFileAndNothingElse) {
  write(path(), "old");
  {
    OutputFile file(path());
    file << std::string(500'000, 'x');
    EXPECT_EQ(file.finish(), ENOSPC);
  }
  EXPECT_EQ(read_file(path()), "old");
  EXPECT_THAT(names(), ElementsAre("report"));
  // What was taken is given back.
  OutputFile small(path());
  small << std::string(40'000, 'y');
  EXPECT_EQ(small.finish(), 0);
}

}  // namespace
}  // namespace lab
