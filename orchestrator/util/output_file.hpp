// SPDX-License-Identifier: MIT
//
// A stream into a file that is written whole or not at all, and that reports why it
// failed. (A std::ofstream does not: by the time it is asked, errno belongs to another
// call.)
//
// What is written goes to a new file beside the one that was named, and takes its
// place in finish(): until then, whatever happens, the old file is there as it was,
// and no reader sees half of a new one. What is not a regular file (a pipe, /dev/null,
// /dev/stdout) is written to directly. Which links are followed, and whose files are
// replaced: util/output_path.hpp. The final name is replaced, never followed, if it has
// become a link in the meantime.
//
// On file systems with O_TMPFILE (ext4, xfs, btrfs, tmpfs) the new file has no name
// until it is complete, so that nothing of it remains when the process is killed. Only
// when an old file is replaced it has a temporary one, ".NAME.xxxxxx", between linkat(2)
// and rename(2); elsewhere from the beginning.
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
  // `temporary`: a part of it is useless. When writing fails, its space is freed at
  // once: on a full disk another file may need it.
  FileBuffer(Fd file, bool temporary) : file_(std::move(file)), temporary_(temporary) {
    setp(bytes_.begin(), bytes_.end());
  }
  int error() const { return error_; }
  const Fd& file() const { return file_; }

 protected:
  int_type overflow(int_type next) override;
  int sync() override;

 private:
  void fail(int error);

  Fd file_;
  bool temporary_;
  int error_ = 0;  // of the first write that failed; nothing is written after it
  std::array<char, 65536> bytes_;
};

class OutputFile : public std::ostream {
 public:
  // Throws SystemError when `path` cannot be written (here, before the caller has
  // produced its output); UsageError when it is another user's link or file
  // (resolve_output()).
  explicit OutputFile(const std::string& path);
  // Without finish() the new file is gone.
  ~OutputFile() override;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Writes what is still buffered to the disk, and puts the new file in place. Returns
  // 0, or the errno of the first failure; then the old file is unchanged.
  int finish();

 private:
  struct Target {
    std::string path;       // links followed
    Fd file;                // what is written to
    std::string temporary;  // its name, if it has one by now; empty: it has none
    bool replaces = false;  // it takes the place of what is at `path`
  };
  static Target open_target(const std::string& path);
  explicit OutputFile(Target target);
  int put_in_place();

  std::string path_, temporary_;
  bool replaces_;
  FileBuffer buffer_;
};

}  // namespace lab
