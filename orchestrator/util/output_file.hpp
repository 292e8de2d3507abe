// SPDX-License-Identifier: MIT
//
// A stream into a file that knows why it failed. A std::ofstream does not: by
// the time somebody asks it, errno is another call's.
#pragma once

#include <array>
#include <ostream>
#include <streambuf>
#include <string>
#include <utility>

#include "util/fd.hpp"

namespace lab {

class FileBuffer : public std::streambuf {
 public:
  explicit FileBuffer(Fd file) : file_(std::move(file)) { setp(bytes_.begin(), bytes_.end()); }
  int error() const { return error_; }

 protected:
  int_type overflow(int_type next) override;
  int sync() override;

 private:
  Fd file_;
  int error_ = 0;  // of the first write that failed; nothing is written after it
  std::array<char, 65536> bytes_;
};

class OutputFile : public std::ostream {
 public:
  // Truncates the file, or makes it. Throws SystemError.
  explicit OutputFile(const std::string& path);

  // Writes what is still here. The errno of the first write that failed; 0:
  // all has been written.
  int finish();

 private:
  FileBuffer buffer_;
};

}  // namespace lab
