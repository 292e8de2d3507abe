// SPDX-License-Identifier: MIT
#include "scenario/catalogue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "scenario/parser.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::scenario {
namespace {

namespace fs = std::filesystem;

// Sorted by name, so that a listing does not depend on the file system.
std::vector<fs::path> files_below(const std::string& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  fs::recursive_directory_iterator walk(folder, error), end;
  while (!error && walk != end) {
    const bool hidden = walk->path().filename().native().starts_with('.');
    if (hidden && walk->is_directory(error))
      walk.disable_recursion_pending();
    else if (!hidden && walk->path().extension() == ".yaml" && walk->is_regular_file(error))
      paths.push_back(walk->path());
    walk.increment(error);
  }
  if (error)
    throw UsageError(
        fmt::format("{}: cannot be read as a folder of scenarios: {}", folder, error.message()));
  std::sort(paths.begin(), paths.end(), [](const fs::path& a, const fs::path& b) {
    return std::pair(a.stem(), a) < std::pair(b.stem(), b);
  });
  return paths;
}

}  // namespace

std::vector<CatalogueEntry> catalogue(const std::string& folder) {
  std::vector<CatalogueEntry> entries;
  for (const fs::path& path : files_below(folder)) {
    CatalogueEntry entry{path.stem(), "", path, ""};
    try {
      entry.title = load(path).title;
    } catch (const UsageError& error) {
      entry.error = error.what();
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::string find(const std::string& folder, const std::string& wanted) {
  if (wanted.find('/') != std::string::npos || wanted.ends_with(".yaml")) {
    std::error_code error;
    if (!fs::exists(wanted, error))
      throw UsageError(fmt::format("{}: there is no such file", wanted));
    return wanted;
  }
  std::vector<std::string> names, found;
  for (const fs::path& path : files_below(folder)) {
    names.push_back(path.stem());
    if (path.stem() == wanted) found.push_back(path);
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1)
    throw UsageError(fmt::format("\"{}\" is the name of {}; give the path of one", wanted,
                                 fmt::join(found, " and of ")));
  if (names.empty())
    throw UsageError(fmt::format("{}: there is no scenario in this folder", folder));
  const auto near = nearest(wanted, names);
  throw UsageError(near.empty() ? fmt::format("there is no scenario \"{}\"; there are {}", wanted,
                                              fmt::join(names, ", "))
                                : fmt::format("there is no scenario \"{}\"; did you mean \"{}\"?",
                                              wanted, fmt::join(near, "\" or \"")));
}

}  // namespace lab::scenario
