// SPDX-License-Identifier: MIT
//
// What we write, given to a program that was not written by us.
#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>

#include "util/temporary_folder.hpp"

namespace lab::testing {

struct ReadBy {
  std::string words;  // what it said, errors too
  int status = 0;
  bool missing = false;  // it, or a library that it needs, is not installed
};

// A file for it to read, there until this process ends or the next is stored.
inline std::string stored(const std::string& text) {
  static const TemporaryFolder folder;
  const std::string path = folder.path() / "stored";
  std::ofstream(path) << text;
  return path;
}

inline ReadBy read_by(const std::string& command) {
  ReadBy read;
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> bytes;
  for (std::size_t got; (got = std::fread(bytes.data(), 1, bytes.size(), pipe)) > 0;)
    read.words.append(bytes.data(), got);
  const int status = ::pclose(pipe);
  read.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  // 77: a script of ours says so; 127: the shell.
  read.missing = read.status == 77 || read.status == 127;
  return read;
}

}  // namespace lab::testing
