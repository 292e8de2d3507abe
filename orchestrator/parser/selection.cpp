// SPDX-License-Identifier: MIT
#include "parser/selection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string_view>

#include "parser/catalogue.hpp"
#include "util/error.hpp"
#include "util/printable.hpp"
#include "util/text.hpp"

namespace lab::parser {
namespace {

namespace fs = std::filesystem;

using Files = std::vector<CatalogueFile>;
using Paths = std::vector<std::string>;

Paths paths_of(
    const Files& files,
    const std::function<bool(const CatalogueFile&)>& fits = [](const auto&) { return true; }) {
  Paths paths;
  for (const CatalogueFile& file : files)
    if (fits(file)) paths.push_back(file.path);
  return paths;
}

std::string with_topic(const CatalogueFile& file) {
  return file.topic.empty() ? file.name : file.topic + "/" + file.name;
}

bool matches(const std::string& pattern, const std::string& text) {
  return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

// The topic itself, or a folder below it.
bool is_below(const std::string& topic, std::string_view wanted) {
  return topic == wanted || topic.starts_with(fmt::format("{}/", wanted));
}

Paths of_name(const Files& files, const std::string& wanted) {
  const Paths found = paths_of(files, [&](const CatalogueFile& file) {
    return file.name == wanted || with_topic(file) == wanted;
  });
  if (found.size() > 1)
    throw UsageError(fmt::format("\"{}\" is the name of {}; give the path of one", wanted,
                                 fmt::join(found, " and of ")));
  return found;
}

Paths of_topic(const Files& files, std::string_view wanted) {
  while (wanted.ends_with('/')) wanted.remove_suffix(1);
  return paths_of(files, [&](const CatalogueFile& file) { return is_below(file.topic, wanted); });
}

Paths of_glob(const Files& files, const std::string& pattern) {
  if (pattern.find_first_of("*?[") == std::string::npos) return {};
  const bool has_topic = pattern.find('/') != std::string::npos;
  return paths_of(files, [&](const CatalogueFile& file) {
    return matches(pattern, has_topic ? with_topic(file) : file.name);
  });
}

// All of a folder. Nothing: there is no such folder.
Paths of_folder(const std::string& path) {
  std::error_code none;
  if (!fs::is_directory(path, none)) return {};
  const Paths found = paths_of(files_of(path));
  if (found.empty()) throw UsageError(fmt::format("{}: this folder contains no scenario", path));
  return found;
}

Paths of_path(const std::string& path) {
  std::error_code none;
  if (Paths found = of_folder(path); !found.empty()) return found;
  return fs::exists(path, none) ? Paths{path} : Paths{};
}

// Of a scenario, or of a script of packetdrill's.
bool is_file_name(const std::string& word) {
  return word.ends_with(".yaml") || word.ends_with(".pkt");
}

bool looks_like_a_path(const std::string& word) {
  return word.find('/') != std::string::npos || is_file_name(word);
}

[[noreturn]] void refuse(const std::string& folder, const Files& files, const std::string& word) {
  if (looks_like_a_path(word)) throw UsageError(fmt::format("{}: there is no such file", word));
  std::set<std::string> names;
  for (const CatalogueFile& file : files) {
    names.insert(file.name);
    if (!file.topic.empty()) names.insert(file.topic);
  }
  if (names.empty()) throw UsageError(fmt::format("{}: this folder contains no scenario", folder));
  const std::string named = printable_line(word);
  const auto near = nearest(word, {names.begin(), names.end()});
  throw UsageError(near.empty()
                       ? fmt::format("there is no scenario and no topic \"{}\"; see `list`", named)
                       : fmt::format("there is no scenario \"{}\"; did you mean \"{}\"?", named,
                                     fmt::join(near, "\" or \"")));
}

class Selector {
 public:
  explicit Selector(const std::string& folder) : folder_(folder) {}

  Paths meant_by(const std::string& word) {
    // A path needs no catalogue, which may not exist.
    if (looks_like_a_path(word))
      if (Paths found = of_path(word); !found.empty()) return found;
    if (is_file_name(word)) refuse(folder_, {}, word);
    if (word == "all" && !files().empty()) return paths_of(files());
    if (Paths found = of_name(files(), word); !found.empty()) return found;
    if (Paths found = of_topic(files(), word); !found.empty()) return found;
    if (Paths found = of_glob(files(), word); !found.empty()) return found;
    if (Paths found = of_folder(word); !found.empty()) return found;
    refuse(folder_, files(), word);
  }

 private:
  const Files& files() {
    if (!files_) files_ = files_of(folder_);
    return *files_;
  }

  const std::string& folder_;
  std::optional<Files> files_;
};

}  // namespace

std::vector<std::string> select(const std::string& folder, const std::vector<std::string>& words) {
  Selector selector(folder);
  Paths all;
  for (const std::string& word : words)
    for (std::string& path : selector.meant_by(word))
      if (std::ranges::find(all, path) == all.end()) all.push_back(std::move(path));
  return all;
}

}  // namespace lab::parser
