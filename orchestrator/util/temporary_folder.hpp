// SPDX-License-Identifier: MIT
//
// A folder for files that are needed for a while, removed with all that is in it.
#pragma once

#include <filesystem>

namespace lab {

class TemporaryFolder {
 public:
  // Makes it below $TMPDIR or /tmp, with a unique name, for its owner only. Throws SystemError;
  // EnvironmentError if $TMPDIR is no folder.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Absolute, without symbolic links.
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace lab
