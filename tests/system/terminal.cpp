// SPDX-License-Identifier: MIT
#include "terminal.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "program.hpp"
#include "util/clock.hpp"
#include "util/executable.hpp"
#include "util/text.hpp"

namespace lab::test {

std::string why_no_terminal() {
  return find_in_path("tmux").empty() ? "needs tmux (apt-get install tmux)" : "";
}

Terminal::Terminal(const std::string& command, int columns, int rows) {
  static int number = 0;
  socket_ = fmt::format("lab-test-{}-{}", ::getpid(), ++number);
  // The command's end leaves its code, and a shell that waits.
  const std::string line = fmt::format("{}; echo ended $?; exec cat", command);
  tmux(fmt::format("-f /dev/null new-session -d -x {} -y {} {}", columns, rows, shell_word(line)));
}

Terminal::~Terminal() { tmux("kill-server"); }

std::string Terminal::tmux(const std::string& arguments) {
  const Ran ran = run({"sh", "-c", fmt::format("exec tmux -u -L {} {}", socket_, arguments)},
                      {{"LC_ALL=C.UTF-8"}, "", false, std::chrono::seconds(30)});
  if (ran.status != 0) ADD_FAILURE() << "tmux " << arguments << ": " << ran.err;
  return ran.out;
}

void Terminal::press(const std::string& keys) { tmux("send-keys " + keys); }
void Terminal::type(const std::string& text) { tmux("send-keys -l -- " + shell_word(text)); }
void Terminal::resize(int columns, int rows) {
  tmux(fmt::format("resize-window -x {} -y {}", columns, rows));
}
void Terminal::terminate() {
  const std::string shell = tmux("display-message -p '#{pane_pid}'");
  const Ran ran =
      run({"sh", "-c", "kill $(ps -o pid= --ppid " + shell.substr(0, shell.find('\n')) + ")"});
  EXPECT_EQ(ran.status, 0) << ran.err;
}
std::string Terminal::screen() { return tmux("capture-pane -p"); }

bool Terminal::await(const std::string& text, std::chrono::seconds limit) {
  const Deadline deadline(limit);
  while (screen().find(text) == std::string::npos)
    if (deadline.passed()) return false;
  return true;
}

bool Terminal::await_end_of(const std::string& text, std::chrono::seconds limit) {
  const Deadline deadline(limit);
  while (screen().find(text) != std::string::npos)
    if (deadline.passed()) return false;
  return true;
}

}  // namespace lab::test
