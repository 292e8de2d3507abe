// SPDX-License-Identifier: MIT
#include "cli/candidates.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "cli/commands.hpp"
#include "scenario/catalogue.hpp"
#include "scenario/parser.hpp"
#include "persist/kept_labs.hpp"
#include "vm/image.hpp"

namespace lab::cli {
namespace {

namespace fs = std::filesystem;

void add_topics(std::vector<Candidate>& words, const std::vector<scenario::CatalogueFile>& all) {
  std::set<std::string> seen;
  for (const auto& file : all)
    if (!file.topic.empty() && seen.insert(file.topic).second)
      words.push_back({file.topic, "a topic"});
}

}  // namespace

Candidates scenario_names(const Given&) {
  Candidates candidates{{}, Paths::files};
  for (const auto& file : scenario::files_of(scenarios_folder()))
    candidates.words.push_back({file.name, file.topic});
  return candidates;
}

Candidates scenario_words(const Given& given) {
  Candidates candidates = scenario_names(given);
  add_topics(candidates.words, scenario::files_of(scenarios_folder()));
  candidates.words.push_back({"all", "every scenario"});
  return candidates;
}

Candidates topics(const Given&) {
  Candidates candidates;
  add_topics(candidates.words, scenario::files_of(scenarios_folder()));
  return candidates;
}

Candidates variants(const Given& given) {
  Candidates candidates;
  std::set<std::string> seen;
  for (const std::string& file : scenario_paths(given.words))
    for (const std::string& variant : scenario::load(file).variants)
      if (seen.insert(variant).second) candidates.words.push_back({variant, "a variant"});
  return candidates;
}

Candidates kernels(const Given&) {
  Candidates candidates;
  for (const std::string& series : vm::available_series(vm::build_directory()))
    candidates.words.push_back({series, "a Debian kernel"});
  return candidates;
}

Candidates namespaces(const Given&) {
  Candidates candidates{{}, Paths::files};
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/run/netns", none))
    candidates.words.push_back({entry.path().filename(), "a network namespace"});
  std::ranges::sort(candidates.words, {}, &Candidate::word);
  return candidates;
}

Candidates labs(const Given&) {
  Candidates candidates;
  for (const std::string& lab : persist::standing_labs()) candidates.words.push_back({lab, "a lab"});
  return candidates;
}

Candidates lab_hosts(const Given& given) {
  Candidates candidates = labs(given);
  for (const std::string& host : persist::standing_hosts())
    candidates.words.push_back({host, "a host"});
  return candidates;
}

Candidates lab_then_host(const Given& given) {
  // Behind a lab and a host stands a command of theirs.
  return given.words.size() < 2 ? lab_hosts(given) : Candidates{};
}

Candidates files(const Given&) { return {{}, Paths::files}; }
Candidates folders(const Given&) { return {{}, Paths::folders}; }

}  // namespace lab::cli
