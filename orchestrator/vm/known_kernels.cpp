// SPDX-License-Identifier: MIT
#include "vm/known_kernels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "util/error.hpp"
#include "util/installation.hpp"

namespace lab::vm {

std::vector<KnownKernel> parse_known_kernels(std::string_view text) {
  std::vector<KnownKernel> kernels;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    line.resize(std::min(line.size(), line.find('#')));
    std::istringstream words(line);
    KnownKernel kernel;
    std::string kind;
    if (!(words >> kernel.name >> kind >> kernel.suites)) continue;
    kernel.main = kind == "main";
    kernels.push_back(std::move(kernel));
  }
  return kernels;
}

std::vector<KnownKernel> known_kernels(const std::string& build) {
  const std::string path = installed_private().value_or(build) / "kernels.txt";
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  auto kernels = parse_known_kernels(text.str());
  if (kernels.empty())
    throw EnvironmentError(
        fmt::format("{} lists no kernels; the build writes it: run './lab version'", path));
  return kernels;
}

}  // namespace lab::vm
