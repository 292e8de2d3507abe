// SPDX-License-Identifier: MIT
//
// A program run as its user would run it: arguments in, exit status and both
// outputs back.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace lab::test {

struct Ran {
  int status = 0;  // exit status; 128 + signal when a signal ended it
  std::string out, err;
};

struct How {
  std::vector<std::string> env;  // "NAME=value", besides this process's own
  std::string directory;         // where; empty: here
  bool as_nobody = false;        // without root
  std::chrono::seconds deadline{240};  // then it is killed, and the test fails
};

Ran run(const std::vector<std::string>& argv, const How& how = {});

// One that goes on running. Killed with its whole process group at the end.
class Running {
 public:
  Running(const std::vector<std::string>& argv, const How& how = {});
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  pid_t pid() const { return pid_; }
  // Waits until its output holds `text`. False: it ended first, or the deadline passed.
  bool await_output(const std::string& text, std::chrono::seconds deadline);
  void kill(int signal);
  // Waits for its end, reading what it writes.
  Ran finish(std::chrono::seconds deadline);

 private:
  bool read_some(int timeout_ms);

  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;
  Ran ran_;
};

}  // namespace lab::test
