// SPDX-License-Identifier: MIT
//
// The commands for labs that stay: inspect, exec, capture, clean. Each returns the
// exit code and throws what goes wrong.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "draw/style.hpp"

namespace lab::cli {

// Of the labs named, or of all.
int inspect(const std::vector<std::string>& labs, const std::string& format,
            const draw::Style& style);

// [LAB] HOST CMD…; the exit code is the command's.
int exec(const std::vector<std::string>& words);

struct CaptureOptions {
  std::vector<std::string> words;  // [LAB] HOST
  std::string device;              // empty: all
  std::string output;              // a pcapng file, "-" for standard output; empty: lines of text
  std::uint64_t count = 0;         // ends after so many packets; 0: at Ctrl-C
  draw::Style style;
};
int capture(const CaptureOptions& options);

struct CleanOptions {
  std::vector<std::string> labs;
  bool all = false;
  bool dry_run = false;
  bool yes = false;
  bool force = false;  // other people's programs in it, too
};
int clean(const CleanOptions& options);

}  // namespace lab::cli
