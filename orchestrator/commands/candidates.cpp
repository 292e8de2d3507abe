// SPDX-License-Identifier: MIT
#include "commands/candidates.hpp"

#include <algorithm>
#include <set>

#include "cli/command.hpp"
#include "commands/scenario_files.hpp"
#include "parser/catalogue.hpp"
#include "parser/parser.hpp"
#include "persist/kept_labs.hpp"
#include "vm/image.hpp"

namespace lab::commands {
namespace {

void add_topics(std::vector<cli::Candidate>& words, const std::vector<parser::CatalogueFile>& all) {
  std::set<std::string> seen;
  for (const auto& file : all)
    if (!file.topic.empty() && seen.insert(file.topic).second)
      words.push_back({file.topic, "a topic"});
}

}  // namespace

cli::Candidates scenario_names(const cli::Given&) {
  cli::Candidates candidates{{}, cli::Paths::files};
  for (const auto& file : parser::files_of(scenarios_folder()))
    candidates.words.push_back({file.name, file.topic});
  return candidates;
}

cli::Candidates scenario_words(const cli::Given& given) {
  cli::Candidates candidates = scenario_names(given);
  add_topics(candidates.words, parser::files_of(scenarios_folder()));
  candidates.words.push_back({"all", "every scenario"});
  return candidates;
}

cli::Candidates topics(const cli::Given&) {
  cli::Candidates candidates;
  add_topics(candidates.words, parser::files_of(scenarios_folder()));
  return candidates;
}

cli::Candidates variants(const cli::Given& given) {
  cli::Candidates candidates;
  std::set<std::string> seen;
  for (const std::string& file : scenario_paths(given.words))
    for (const std::string& variant : parser::load(file).variants)
      if (seen.insert(variant).second) candidates.words.push_back({variant, "a variant"});
  return candidates;
}

cli::Candidates kernels(const cli::Given&) {
  cli::Candidates candidates;
  for (const std::string& series : vm::available_series(vm::build_directory()))
    candidates.words.push_back({series, "a Debian kernel"});
  return candidates;
}

cli::Candidates labs(const cli::Given&) {
  cli::Candidates candidates;
  for (const std::string& lab : persist::names_of_kept_labs())
    candidates.words.push_back({lab, "a lab"});
  return candidates;
}

cli::Candidates lab_hosts(const cli::Given& given) {
  cli::Candidates candidates = labs(given);
  for (const std::string& host : persist::names_of_kept_hosts())
    candidates.words.push_back({host, "a host"});
  return candidates;
}

cli::Candidates lab_then_host(const cli::Given& given) {
  // After a lab and a host comes the user's command.
  return given.words.size() < 2 ? lab_hosts(given) : cli::Candidates{};
}

bool is_scenario(const std::string& word) try {
  const auto files = parser::files_of(scenarios_folder());
  return std::ranges::find(files, word, &parser::CatalogueFile::name) != files.end();
} catch (const std::exception&) {
  return false;  // the mistake is reported without this hint
}

}  // namespace lab::commands
