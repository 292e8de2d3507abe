// SPDX-License-Identifier: MIT
//
// Reads pieces of a file that was named by somebody else and may be unsuitable: a pipe
// without a writer, a device without an end, a file larger than memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "util/fd.hpp"

namespace lab {

// A regular file that is open for reading. Not for use by two threads at once.
class RegularFile {
 public:
  // Follows the links in `path` and opens their target; never blocks. Throws UsageError
  // when that is not a regular file, SystemError when it does not exist or cannot be
  // opened.
  explicit RegularFile(const std::string& path);

  // The path without links.
  const std::string& path() const { return path_; }
  // In bytes, when it was opened.
  std::uint64_t size() const { return size_; }
  // The bytes from `offset` on: at most `most`, and fewer at the end of the file.
  // Throws SystemError.
  std::string read(std::uint64_t offset, std::size_t most) const;

 private:
  std::string path_;
  Fd file_;
  std::uint64_t size_ = 0;
};

}  // namespace lab
