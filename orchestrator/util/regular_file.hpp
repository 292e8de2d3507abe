// SPDX-License-Identifier: MIT
//
// Reads pieces of a file that was named by somebody else and may be unsuitable: a pipe
// without a writer, a device without an end, a file larger than memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "util/fd.hpp"

namespace lab {

// A regular file that is open for reading. Not for use by two threads at once.
class RegularFile {
 public:
  // Follows the links in `path` and opens their target; never blocks, and opens nothing but a
  // regular file. Throws UsageError when that is not one, SystemError when it does not exist or
  // cannot be opened.
  explicit RegularFile(const std::string& path);

  // The path without links.
  const std::string& path() const { return path_; }
  // In bytes, when it was opened.
  std::uint64_t size() const { return size_; }
  // The bytes from `offset` on: at most `most`, and fewer at the end of the file.
  // Throws SystemError.
  std::string read(std::uint64_t offset, std::size_t most) const;
  // Gives up the descriptor, for calls that need one; only the path and the size remain.
  Fd take() { return std::move(file_); }

 private:
  std::string path_;
  Fd file_;
  std::uint64_t size_ = 0;
};

}  // namespace lab
