// SPDX-License-Identifier: MIT
#include "program.hpp"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "util/clock.hpp"

namespace lab::test {
namespace {

constexpr uid_t nobody = 65534;

[[noreturn]] void become(const std::vector<std::string>& argv, const How& how, int out, int err) {
  ::setpgid(0, 0);
  ::dup2(::open("/dev/null", O_RDONLY), 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  if (!how.directory.empty() && ::chdir(how.directory.c_str()) != 0) ::_exit(126);
  ::setenv("LAB_CONFIG", "", 1);  // what this machine's user prefers is no matter here
  for (const std::string& pair : how.env) ::putenv(::strdup(pair.c_str()));
  if (how.as_nobody &&
      (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0))
    ::_exit(126);
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  ::_exit(127);
}

}  // namespace

Running::Running(const std::vector<std::string>& argv, const How& how) {
  std::array<int, 2> out, err;
  EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(err.data(), O_CLOEXEC), 0);
  pid_ = ::fork();
  if (pid_ == 0) become(argv, how, out[1], err[1]);
  ::close(out[1]);
  ::close(err[1]);
  out_ = out[0];
  err_ = err[0];
}

Running::~Running() {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0) ::close(out_);
  if (err_ >= 0) ::close(err_);
}

void Running::kill(int signal) { ::kill(pid_, signal); }

// False when nobody holds the other end of either pipe any more.
bool Running::read_some(int timeout_ms) {
  std::array<pollfd, 2> polled{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  ::poll(polled.data(), polled.size(), timeout_ms);
  const auto take = [](int& fd, std::string& into) {
    std::array<char, 65536> chunk;
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got > 0) {
      into.append(chunk.data(), static_cast<std::size_t>(got));
    } else {
      ::close(fd);
      fd = -1;
    }
  };
  if (polled[0].revents) take(out_, ran_.out);
  if (polled[1].revents) take(err_, ran_.err);
  return out_ >= 0 || err_ >= 0;
}

bool Running::await_output(const std::string& text, std::chrono::seconds limit) {
  const Deadline deadline(limit);
  while (ran_.out.find(text) == std::string::npos && ran_.err.find(text) == std::string::npos)
    if (deadline.passed() || !read_some(deadline.poll_timeout())) return false;
  return true;
}

Ran Running::finish(std::chrono::seconds limit) {
  const Deadline deadline(limit);
  while (read_some(deadline.poll_timeout())) {
    if (!deadline.passed()) continue;
    ADD_FAILURE() << "still running after " << limit.count() << " s; so far:\n"
                  << ran_.out << ran_.err;
    ::kill(-pid_, SIGKILL);
    break;
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  ran_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ran_;
}

Ran run(const std::vector<std::string>& argv, const How& how) {
  return Running(argv, how).finish(how.deadline);
}

}  // namespace lab::test
