// SPDX-License-Identifier: MIT
#include "persist/keeper.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "persist/process.hpp"
#include "util/fd.hpp"
#include "util/pipe.hpp"

namespace lab::persist {
namespace {

// Calls play_as_keeper() in a child, because it may end its caller.
template <typename Play>
int end_of(Play play) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open("/dev/null", O_RDWR), STDERR_FILENO);
    play_as_keeper(STDERR_FILENO, play);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

TEST(Keeper, EndsWithThePlayUnlessItKeepsTheLab) {
  EXPECT_EQ(end_of([](Keeper&) {}), 0);
  EXPECT_EQ(end_of([](Keeper&) { throw std::runtime_error("no"); }), 1);
  EXPECT_EQ(end_of([](Keeper&) { ::raise(SIGKILL); }), 128 + SIGKILL);
}

TEST(Keeper, RunsUntilItIsAskedToEnd) {
  Pipe identity = make_pipe("the keeper's pid");
  const int kept = identity.write_end.get();
  play_as_keeper(kept, [&](Keeper& keeper) {
    const pid_t pid = ::getpid();
    if (::write(kept, &pid, sizeof pid) != sizeof pid) ::_exit(1);
    const scenario::Scenario nothing;
    run::RunContext context{nothing, {}, {}, {}, {}, {}};
    keeper.stay(context);
  });
  pid_t pid = 0;
  ASSERT_EQ(::read(identity.read_end.get(), &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  const auto stat = stat_of(pid);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->session, pid) << "it leads no session of its own";
  end_process({pid, stat->start}, std::chrono::seconds(20));
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// A reader of another inherited pipe must not wait for the end of the lab.
TEST(Keeper, HoldsNoDescriptorsOfItsParent) {
  Pipe other = make_pipe("somebody's"), answer = make_pipe("what it sees");
  const int others = other.write_end.get(), kept = answer.write_end.get();
  play_as_keeper(kept, [&](Keeper&) {
    const char closed = ::fcntl(others, F_GETFD) < 0 ? 'y' : 'n';
    if (::write(kept, &closed, 1) != 1) ::_exit(1);
  });
  char closed = '?';
  ASSERT_EQ(::read(answer.read_end.get(), &closed, 1), 1);
  EXPECT_EQ(closed, 'y');
}

}  // namespace
}  // namespace lab::persist
