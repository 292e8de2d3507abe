// SPDX-License-Identifier: MIT
#include "util/after_death.hpp"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <string>

#include "util/pipe.hpp"

namespace lab {
namespace {

// A process that leaves a word in the pipe after its death, and then ends by `end`.
void in_a_process_that_leaves_a_word(const Pipe& pipe, const std::function<void()>& end) {
  const pid_t child = ::fork();
  if (child == 0) {
    {
      const AfterDeath work("a test", {pipe.write_end.get()}, [] {
        constexpr int first_kept = 1;
        [[maybe_unused]] const auto wrote = ::write(first_kept, "done", 4);
      });
      end();
    }
    ::_exit(0);
  }
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
}

// All that comes until nobody can write any more.
std::string rest_of(Pipe& pipe) {
  pipe.write_end.reset();
  std::string text;
  for (char letter; ::read(pipe.read_end.get(), &letter, 1) == 1;) text += letter;
  return text;
}

TEST(AfterDeath, TheWorkIsDoneWhenTheProcessIsKilled) {
  Pipe pipe = make_pipe("a test");
  in_a_process_that_leaves_a_word(pipe, [] { ::kill(::getpid(), SIGKILL); });
  EXPECT_EQ(rest_of(pipe), "done");
}

TEST(AfterDeath, TheWorkIsDoneWhenItsProcessGroupIsKilled) {
  Pipe pipe = make_pipe("a test");
  in_a_process_that_leaves_a_word(pipe, [] {
    ::setpgid(0, 0);
    ::kill(0, SIGKILL);
  });
  EXPECT_EQ(rest_of(pipe), "done");
}

TEST(AfterDeath, TheWorkIsDoneWhenTheProcessExitsEarly) {
  Pipe pipe = make_pipe("a test");
  in_a_process_that_leaves_a_word(pipe, [] { ::_exit(1); });
  EXPECT_EQ(rest_of(pipe), "done");
}

TEST(AfterDeath, TheDestructorCancelsTheWork) {
  Pipe pipe = make_pipe("a test");
  in_a_process_that_leaves_a_word(pipe, [] {});
  EXPECT_EQ(rest_of(pipe), "");
}

}  // namespace
}  // namespace lab
