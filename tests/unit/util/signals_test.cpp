// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "util/signals.hpp"

namespace lab {
namespace {

// Signals are the process's: each test has one of its own. `test` says what is wrong
// by a status that is not 0.
int status_of_child(int (*test)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(test());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool is_readable(const Fd& fd) {
  pollfd poll{fd.get(), POLLIN, 0};
  return ::poll(&poll, 1, 0) == 1;
}

int write_too_much() {
  const rlimit limit{4, 4};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const Fd file(::open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (!file || ::write(file.get(), "1234", 4) != 4) return 1;
  return ::write(file.get(), "5", 1) == -1 && errno == EFBIG ? 0 : 2;
}

TEST(Signals, AreReadOnceTheyAreBlocked) {
  EXPECT_EQ(status_of_child([] {
              const Fd signals = block_signals();
              if (is_readable(signals)) return 1;
              ::raise(SIGHUP);
              return is_readable(signals) ? 0 : 2;
            }),
            0);
}

TEST(Signals, StayIgnoredIfTheyWere) {
  EXPECT_EQ(status_of_child([] {
              ::signal(SIGHUP, SIG_IGN);
              ::signal(SIGINT, SIG_IGN);
              const Fd signals = block_signals();
              ::raise(SIGHUP);
              ::raise(SIGINT);
              if (is_readable(signals)) return 1;
              ::raise(SIGTERM);
              return is_readable(signals) ? 0 : 2;
            }),
            0);
}

TEST(Signals, TurnSigxfszIntoAWriteError) {
  EXPECT_EQ(status_of_child(write_too_much), 128 + SIGXFSZ) << "the default";
  EXPECT_EQ(status_of_child([] {
              catch_file_size_signal();
              return write_too_much();
            }),
            0);
}

}  // namespace
}  // namespace lab
