// SPDX-License-Identifier: MIT
#include "util/temporary_folder.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <string>
#include <system_error>

#include "util/error.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;

fs::path parent() try {
  return fs::canonical(fs::temp_directory_path());
} catch (const fs::filesystem_error& error) {
  throw EnvironmentError(fmt::format(
      "no folder for temporary files ({}): set TMPDIR to one that exists", error.what()));
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = parent() / "lab-XXXXXX";
  if (!::mkdtemp(name.data())) throw_errno("mkdtemp", name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace lab
