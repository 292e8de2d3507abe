// SPDX-License-Identifier: MIT
//
// The kernels that the lab knows by name: the build's copy of cmake/kernels.txt. The
// shell scripts read the same file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lab::vm {

struct KnownKernel {
  std::string name;    // "6.12"; "7.x": the newest that Debian has of that major version
  bool main = false;   // one of `--kernel all`
  std::string suites;  // of Debian, with it: "trixie,trixie-backports"
};

// The lines of such a file, without those that have too few words.
std::vector<KnownKernel> parse_known_kernels(std::string_view text);

// Those of this build. Throws EnvironmentError.
std::vector<KnownKernel> known_kernels(const std::string& build);

}  // namespace lab::vm
