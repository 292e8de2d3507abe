// SPDX-License-Identifier: MIT
#include "play/output_files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "util/error.hpp"

namespace lab::play {
namespace {

std::string_view remedy(int error) {
  if (error == EACCES || error == EROFS) return "; name a file in a folder that you may write to";
  if (error == ENOENT) return "; create its folder first";
  return "";
}

std::unique_ptr<OutputFile> open_file(const std::string& name, const std::string& path) try {
  return std::make_unique<OutputFile>(path);
} catch (const SystemError& error) {
  throw UsageError(
      fmt::format("{}: {}{}", name, std::strerror(error.error()), remedy(error.error())));
} catch (const UsageError& error) {
  throw UsageError(fmt::format("{}: {}", name, error.what()));
}

}  // namespace

std::unique_ptr<OutputFile> open_output(const std::string& path) {
  return path.empty() ? nullptr : open_file(fmt::format("--output {}", path), path);
}

std::ostream& OutputFiles::open(const std::string& name, const std::string& path) {
  Output output{name, nullptr};
  if (path == standard_output) {
    if (takes_stdout())
      throw UsageError(
          fmt::format("{} and {}: only one can go to standard output; give the other a file name",
                      on_stdout_, name));
    on_stdout_ = name;
  } else {
    output.file = open_file(name, path);
  }
  outputs_.push_back(std::move(output));
  return outputs_.back().file ? static_cast<std::ostream&>(*outputs_.back().file) : std::cout;
}

void OutputFiles::give_up(const std::ostream& output) {
  std::erase_if(outputs_, [&](const Output& each) { return each.file.get() == &output; });
}

void OutputFiles::finish() {
  std::string failures;
  for (const Output& output : outputs_) {
    const int error = output.file ? output.file->finish() : 0;
    if (error == 0) continue;
    failures += fmt::format("{}{}: the report could not be written: {}",
                            failures.empty() ? "" : "\n", output.name, std::strerror(error));
  }
  if (!failures.empty()) throw EnvironmentError(failures);
}

}  // namespace lab::play
