// SPDX-License-Identifier: MIT
//
// A program on a terminal: tmux(1) is the terminal, on a server of the test's own.
#pragma once

#include <chrono>
#include <string>

namespace lab::test {

class Terminal {
 public:
  // Runs the command, by sh, on a terminal of this size. When it ends, the screen
  // shows "ended CODE" and stays.
  Terminal(const std::string& command, int columns, int rows);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Keys by tmux's names: "Tab", "Enter", "Down", "C-c", "q".
  void press(const std::string& keys);
  void type(const std::string& text);  // letters as they are
  void resize(int columns, int rows);
  // Sends SIGTERM to the program.
  void terminate();

  std::string screen();
  // Waits until the screen holds this, or does no longer. False at the deadline.
  bool await(const std::string& text, std::chrono::seconds deadline = std::chrono::seconds(30));
  bool await_end_of(const std::string& text,
                    std::chrono::seconds deadline = std::chrono::seconds(30));

 private:
  std::string tmux(const std::string& arguments);
  std::string socket_;
};

// Why there is no such terminal here; empty: there is.
std::string why_no_terminal();

}  // namespace lab::test
