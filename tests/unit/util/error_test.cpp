// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <unistd.h>

#include <cerrno>

#include "util/error.hpp"

namespace lab {
namespace {

TEST(ErrnoName, GivesTheNameOfTheConstant) {
  EXPECT_EQ(errno_name(ECONNREFUSED), "ECONNREFUSED");
  EXPECT_EQ(errno_name(0), "0");
  EXPECT_EQ(errno_name(4242), "errno 4242");
}

TEST(ErrnoFromName, InvertsErrnoName) {
  for (const int error : {EPERM, EINPROGRESS, ECONNREFUSED, ECONNRESET, EADDRINUSE, EHWPOISON})
    EXPECT_EQ(errno_from_name(errno_name(error)), error) << errno_name(error);
}

TEST(ErrnoFromName, GivesZeroForAnUnknownName) {
  EXPECT_EQ(errno_from_name("ENOSUCHNAME"), 0);
  EXPECT_EQ(errno_from_name("econnrefused"), 0);
  EXPECT_EQ(errno_from_name(""), 0);
}

TEST(SystemError, SaysWhatRaisesALimit) {
  EXPECT_THAT(SystemError("pipe2", "x", EMFILE).what(), testing::HasSubstr("ulimit -n"));
  EXPECT_THAT(SystemError("fork", "x", EAGAIN).what(), testing::HasSubstr("ulimit -u"));
  EXPECT_THAT(SystemError("unshare", "x", ENOSPC).what(),
              testing::HasSubstr("user.max_net_namespaces"));
  EXPECT_STREQ(SystemError("write", "x", ENOSPC).what(), "write(x): No space left on device");
}

TEST(Checked, PassesASuccessThrough) { EXPECT_EQ(checked(7, "read", "a file"), 7); }

TEST(Checked, ThrowsTheCallTheObjectAndTheErrno) {
  try {
    checked(::close(-1), "close", "nothing");
    FAIL() << "closed nothing";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.error(), EBADF);
    EXPECT_STREQ(error.what(), "close(nothing): Bad file descriptor");
  }
}

// What main() relies on when it chooses the exit code.
TEST(SystemError, IsAnEnvironmentError) {
  EXPECT_THROW(throw SystemError("a", "b", EPERM), EnvironmentError);
  static_assert(!std::is_base_of_v<UsageError, SystemError>);
}

}  // namespace
}  // namespace lab
