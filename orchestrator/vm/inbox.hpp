// SPDX-License-Identifier: MIT
//
// Where the host stores files from an untrusted guest: those that were requested by
// name, and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "util/error.hpp"
#include "util/fd.hpp"
#include "vm/message.hpp"

namespace lab::vm {

// The guest sent something that was not requested. Do not trust anything else from it.
class Refused : public EnvironmentError {
 public:
  using EnvironmentError::EnvironmentError;
};

// Counts the bytes of one file that is kept in memory or by the caller.
class Allowance {
 public:
  Allowance(std::string what, std::uint64_t most) : what_(std::move(what)), most_(most) {}
  // Throws Refused, which names the limit.
  void take(std::size_t bytes);

 private:
  std::string what_;
  std::uint64_t most_, taken_ = 0;
};

// One folder. Each file becomes a new regular file with mode 0644 less the umask,
// whatever mode the guest sends; a regular file of that name is replaced.
class Inbox {
 public:
  // `wanted`: the accepted names, each once; each one path component. `most`: bytes of all
  // of them together. Makes the folder if it is missing. Throws SystemError.
  Inbox(const std::string& folder, std::set<std::string> wanted, std::uint64_t most);

  // Throws Refused for a name that is not wanted, or has already come, and for more than
  // `most` bytes. Throws SystemError when the file cannot be written: the rest of it is then
  // ignored, and other files are still accepted.
  void take(const std::string& name, const FileChunk& chunk);

 private:
  Fd create(const std::string& name) const;

  std::string folder_;
  Fd directory_;
  std::set<std::string> wanted_;
  Allowance allowance_;
  std::string current_;  // the file being received
  Fd file_;              // none: it could not be made
};

}  // namespace lab::vm
