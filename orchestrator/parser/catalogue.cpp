// SPDX-License-Identifier: MIT
#include "parser/catalogue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "parser/parser.hpp"
#include "parser/selection.hpp"
#include "util/error.hpp"

namespace lab::parser {
namespace {

namespace fs = std::filesystem;

std::string topic_of(const fs::path& path, const std::string& folder) {
  const fs::path topic = path.parent_path().lexically_relative(folder);
  return topic == "." ? "" : topic.string();
}

CatalogueEntry entry_of(const CatalogueFile& file) {
  CatalogueEntry entry{file, "", {}, {}, ""};
  try {
    const scenario::Scenario scenario = load(file.path);
    entry.title = scenario.title;
    entry.families = scenario.families;
    entry.variants = scenario.variants;
  } catch (const UsageError& error) {
    entry.error = error.what();
  }
  return entry;
}

}  // namespace

std::vector<CatalogueFile> files_of(const std::string& folder) {
  std::vector<CatalogueFile> files;
  std::error_code error;
  fs::recursive_directory_iterator walk(folder, error), end;
  while (!error && walk != end) {
    const fs::path& path = walk->path();
    const bool hidden = path.filename().native().starts_with('.');
    if (hidden && walk->is_directory(error))
      walk.disable_recursion_pending();
    else if (!hidden && path.extension() == ".yaml" && walk->is_regular_file(error))
      files.push_back({path.stem(), topic_of(path, folder), path});
    walk.increment(error);
  }
  if (error)
    throw UsageError(
        fmt::format("{}: cannot read this folder of scenarios: {}", folder, error.message()));
  // Sorted, so that a listing does not depend on the file system.
  std::ranges::sort(files, [](const CatalogueFile& a, const CatalogueFile& b) {
    return std::tie(a.topic, a.name) < std::tie(b.topic, b.name);
  });
  return files;
}

std::vector<CatalogueEntry> catalogue(const std::string& folder) {
  std::vector<CatalogueEntry> entries;
  for (const CatalogueFile& file : files_of(folder)) entries.push_back(entry_of(file));
  return entries;
}

std::string find(const std::string& folder, const std::string& wanted) {
  const auto found = select(folder, {wanted});
  if (found.size() == 1) return found.front();
  throw UsageError(fmt::format("\"{}\" selects {} scenarios, {}; name one", wanted, found.size(),
                               fmt::join(found, ", ")));
}

}  // namespace lab::parser
