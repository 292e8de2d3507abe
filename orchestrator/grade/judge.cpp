// SPDX-License-Identifier: MIT
#include "grade/judge.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "util/child.hpp"
#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/pidfd.hpp"
#include "util/pipe.hpp"
#include "util/write_all.hpp"

namespace lab::grade {
namespace {

constexpr std::string_view object = "a judge";
constexpr std::size_t most_words = 4096;
constexpr std::chrono::seconds patience{60};

Fd file_with(const std::string& text) {
  Fd file(checked(::memfd_create("output", MFD_CLOEXEC), "memfd_create", object));
  write_all(file, text, object);
  checked(::lseek(file.get(), 0, SEEK_SET), "lseek", object);
  return file;
}

// False: nothing more can be read now.
bool read_more(const Fd& words, std::string& said) {
  std::array<char, 4096> bytes;
  const ssize_t got = ::read(words.get(), bytes.data(), bytes.size());
  if (got <= 0) return got < 0 && errno == EINTR;
  said.append(bytes.data(), static_cast<std::size_t>(got));
  if (said.size() > most_words) said.resize(most_words);
  return true;
}

// Waits until it has ended; whether it has in time.
bool hear(const Fd& end, const Fd& words, std::string& said) {
  const Deadline deadline(patience);
  std::array<pollfd, 2> wait = {{{end.get(), POLLIN, 0}, {words.get(), POLLIN, 0}}};
  while (!deadline.passed()) {
    if (::poll(wait.data(), wait.size(), deadline.poll_timeout()) < 0 && errno != EINTR)
      throw_errno("poll", object);
    if (wait[1].revents != 0 && !read_more(words, said)) wait[1].fd = -1;
    if (wait[0].revents == 0) continue;
    while (read_more(words, said)) continue;
    return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> ask_judge(const std::string& text, const std::string& folder,
                                     const std::vector<std::string>& variables,
                                     const std::string& output) {
  const Fd input = file_with(output);
  Pipe words = make_pipe(object);
  checked(::fcntl(words.read_end.get(), F_SETFL, O_NONBLOCK), "fcntl", object);
  std::vector<char*> environment;
  for (const std::string& each : variables) environment.push_back(const_cast<char*>(each.c_str()));
  for (char** each = environ; *each; ++each) environment.push_back(*each);
  environment.push_back(nullptr);
  std::array<const char*, 5> argv = {"sh", "-ec", text.c_str(), nullptr, nullptr};
  ChildSettings settings;
  settings.group = ChildSettings::Group::own;
  settings.input = input.get();
  settings.output = settings.error = words.write_end.get();
  constexpr int cannot = 127;
  const pid_t judge = fork_child(object, settings, [&] {
    if (::chdir(folder.c_str()) == 0)
      ::execve("/bin/sh", const_cast<char* const*>(argv.data()), environment.data());
    return cannot;
  });
  words.write_end.reset();
  std::string said;
  const bool ended = hear(open_pidfd(judge, object), words.read_end, said);
  ::kill(-judge, SIGKILL);  // until it is waited for, its number is not used again
  const int status = wait_for_end(judge);
  if (!ended) throw EnvironmentError("the rubric's judge did not end within a minute");
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return std::nullopt;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 1) return said;
  throw EnvironmentError(fmt::format("the rubric's judge ended with {} {}, and not with 0 or 1: {}",
                                     WIFEXITED(status) ? "status" : "signal",
                                     WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
                                     said));
}

}  // namespace lab::grade
