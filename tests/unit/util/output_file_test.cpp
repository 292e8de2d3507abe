// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "util/error.hpp"
#include "util/output_file.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

// A folder of its own for each test.
class OutputFiles : public ::testing::Test {
 protected:
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

  const TemporaryFolder temporary_;
  const std::string folder_ = temporary_.path();
};

int error_of_opening(const std::string& path) try {
  OutputFile file(path);
  return 0;
} catch (const SystemError& error) {
  return error.error();
}

TEST_F(OutputFiles, HoldAllThatWasWritten) {
  const std::string much(200'000, 'x');
  OutputFile file(path());
  file << "begin " << much << ' ' << 42;
  file.put('\n');
  EXPECT_EQ(file.finish(), 0);
  EXPECT_EQ(read_file(path()), "begin " + much + " 42\n");
  EXPECT_THAT(names(), ElementsAre("report"));
}

TEST_F(OutputFiles, AreCompleteOrAbsent) {
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

TEST_F(OutputFiles, FollowTheUmaskWhenTheyAreNew) {
  const mode_t before = ::umask(027);
  OutputFile file(path());
  EXPECT_EQ(file.finish(), 0);
  struct stat found {};
  ::stat(path().c_str(), &found);
  EXPECT_EQ(found.st_mode & 07777, 0640u);
  EXPECT_EQ(::umask(before), 027u);
}

TEST_F(OutputFiles, FollowALinkAndKeepIt) {
  fs::create_symlink("behind", path());
  OutputFile file(path());
  file << "new";
  EXPECT_EQ(file.finish(), 0);
  EXPECT_TRUE(fs::is_symlink(path()));
  EXPECT_EQ(read_file(path("behind")), "new");
}

TEST_F(OutputFiles, DoNotFollowALinkOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it gives a link away";
  write(path("victim"), "precious");
  fs::create_symlink("victim", path());
  ASSERT_EQ(::lchown(path().c_str(), 1000, 1000), 0);
  EXPECT_THAT(
      [&] { OutputFile file(path()); },
      ThrowsMessage<UsageError>(HasSubstr("is a symbolic link of another user (uid 1000)")));
  EXPECT_EQ(read_file(path("victim")), "precious");
  EXPECT_TRUE(fs::is_symlink(path()));
}

TEST_F(OutputFiles, DoNotFollowALinkOfAnotherUserThatIsSecondInAChain) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it gives a link away";
  write(path("victim"), "precious");
  fs::create_symlink("victim", path("second"));
  ASSERT_EQ(::lchown(path("second").c_str(), 1000, 1000), 0);
  fs::create_symlink("second", path());
  EXPECT_THROW(OutputFile file(path()), UsageError);
  EXPECT_EQ(read_file(path("victim")), "precious");
}

TEST_F(OutputFiles, ReplaceALinkThatAppearsWhileTheyAreWritten) {
  write(path("victim"), "precious");
  OutputFile file(path());
  file << "new";
  fs::create_symlink("victim", path());
  EXPECT_EQ(file.finish(), 0);
  EXPECT_FALSE(fs::is_symlink(path()));
  EXPECT_EQ(read_file(path()), "new");
  EXPECT_EQ(read_file(path("victim")), "precious");
}

TEST_F(OutputFiles, DoNotReplaceAnotherUsersFileInASharedFolder) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it gives files away";
  ::chmod(folder_.c_str(), 01777);
  write(path(), "planted");
  ASSERT_EQ(::chown(path().c_str(), 1000, 1000), 0);
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0666), 0);
  ASSERT_EQ(::chown(path("pipe").c_str(), 1000, 1000), 0);
  for (const std::string& each : {path(), path("pipe")})
    EXPECT_THAT([&] { OutputFile file(each); },
                ThrowsMessage<UsageError>(HasSubstr("belongs to another user (uid 1000)")));
  EXPECT_EQ(read_file(path()), "planted");
  // Our own links are followed.
  write(path("own"), "old");
  EXPECT_EQ(error_of_opening(path("own")), 0);
}

TEST_F(OutputFiles, DropSetIdAndStickyBits) {
  write(path(), "old");
  ::chmod(path().c_str(), 04755);
  OutputFile file(path());
  EXPECT_EQ(file.finish(), 0);
  struct stat found {};
  ::stat(path().c_str(), &found);
  EXPECT_EQ(found.st_mode & 07777, 0755u);
}

// With a temporary name, a file would remain after a SIGKILL.
TEST_F(OutputFiles, NeverHaveATemporaryNameWhenTheyAreNew) {
  const Fd watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  ASSERT_GE(::inotify_add_watch(watch.get(), folder_.c_str(), IN_CREATE | IN_MOVED_TO), 0);
  {
    OutputFile file(path());
    file << std::string(200'000, 'x');
    ASSERT_EQ(file.finish(), 0);
  }
  alignas(inotify_event) char events[4096];
  const ssize_t got = ::read(watch.get(), events, sizeof events);
  ASSERT_GT(got, 0);
  std::vector<std::string> made;
  for (ssize_t at = 0; at < got;) {
    const auto* event = reinterpret_cast<const inotify_event*>(events + at);
    made.emplace_back(event->name);
    at += static_cast<ssize_t>(sizeof *event + event->len);
  }
  EXPECT_THAT(made, ElementsAre("report"));
}

TEST_F(OutputFiles, MayBeEmpty) {
  OutputFile file("/dev/null");
  file << "gone";
  EXPECT_EQ(file.finish(), 0);
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(OutputFiles, MayBeADescriptorThatIsOpenAlready) {
  const Fd open_file(::open(path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  struct stat before {
  }, after{};
  ASSERT_EQ(::fstat(open_file.get(), &before), 0);
  for (const char* folder : {"/dev/fd/", "/proc/self/fd/"}) {
    OutputFile file(folder + std::to_string(open_file.get()));
    file << "through";
    EXPECT_EQ(file.finish(), 0) << folder;
  }
  ASSERT_EQ(::stat(path().c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino) << "it was written to, not replaced";
  EXPECT_EQ(read_file(path()), "through");
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

TEST_F(OutputFiles, ReportALateFailure) {
  OutputFile file("/dev/full");
  file << std::string(100'000, 'x');
  errno = EAGAIN;  // another call's
  EXPECT_FALSE(file);
  EXPECT_EQ(file.finish(), ENOSPC);
}

TEST_F(OutputFiles, FailAtOnceIfTheyCannotBeWritten) {
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
  // The disk space is freed.
  OutputFile small(path());
  small << std::string(40'000, 'y');
  EXPECT_EQ(small.finish(), 0);
}

}  // namespace
}  // namespace lab
