// SPDX-License-Identifier: MIT
//
// The files that a command writes. All are opened before it works, so that one that cannot be
// written is noticed at once.
//
// A file named "-" is standard output, which only one of them can be.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "util/output_file.hpp"

namespace lab::play {

inline constexpr std::string_view standard_output = "-";

// Opens the file of --output. Null for an empty path. Throws UsageError.
std::unique_ptr<OutputFile> open_output(const std::string& path);

class OutputFiles {
 public:
  // Opens a file, or takes standard output. `name` is for messages: "--junit FILE". What is
  // returned lives as long as this object. Throws UsageError when the file cannot be written, or
  // standard output is taken already.
  std::ostream& open(const std::string& name, const std::string& path);

  // Does not write it after all: what is at its path stays.
  void give_up(const std::ostream& output);

  bool any() const { return !outputs_.empty(); }
  // Whether one of them is standard output, which then contains nothing else.
  bool takes_stdout() const { return !on_stdout_.empty(); }

  // Moves the files into place; without it, no file is touched. Throws EnvironmentError that
  // names the files that could not be written; the others are in place.
  void finish();

 private:
  struct Output {
    std::string name;
    std::unique_ptr<OutputFile> file;  // null: standard output
  };

  std::vector<Output> outputs_;
  std::string on_stdout_;  // the name of the one that takes it
};

}  // namespace lab::play
