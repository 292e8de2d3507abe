// SPDX-License-Identifier: MIT
//
// The commands that look at scenarios without playing them.
#include "scenario/catalogue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/commands.hpp"
#include "report/summary.hpp"
#include "yaml/head_comment.hpp"
#include "scenario/parser.hpp"
#include "scenario/selection.hpp"
#include "util/installation.hpp"
#include "util/text.hpp"

namespace lab::cli {
namespace {

namespace fs = std::filesystem;
using scenario::CatalogueEntry;
using scenario::Scenario;

std::string nearby(const fs::path& path) {
  const fs::path plain = path.lexically_normal();  // "./x.yaml" → "x.yaml"
  const std::string from_here = plain.lexically_proximate(fs::current_path());
  return from_here.starts_with("..") ? plain.string() : from_here;
}

std::vector<std::string> family_names(const std::vector<Family>& families) {
  std::vector<std::string> names;
  for (const Family family : families) names.emplace_back(report::family_name(family));
  return names;
}

nlohmann::json from_entry(const CatalogueEntry& entry) {
  nlohmann::json object{{"name", entry.name},         {"title", entry.title},
                        {"path", entry.path},         {"topic", entry.topic},
                        {"variants", entry.variants}, {"families", family_names(entry.families)}};
  if (!entry.error.empty()) object["error"] = entry.error;
  return object;
}

void print_by_topic(const std::vector<CatalogueEntry>& entries) {
  std::size_t width = 0;
  for (const auto& entry : entries) width = std::max(width, entry.name.size());
  const std::string* topic = nullptr;
  for (const auto& entry : entries) {
    if (!topic || *topic != entry.topic)
      fmt::print("{}{}\n", topic ? "\n" : "", entry.topic.empty() ? "(no topic)" : entry.topic);
    topic = &entry.topic;
    fmt::print("  {:{}}  {}\n", entry.name, width,
               entry.error.empty() ? entry.title : "broken: " + entry.error);
  }
}

void keep_topic(std::vector<CatalogueEntry>& entries, const std::string& topic) {
  std::set<std::string> topics;
  for (const auto& entry : entries) topics.insert(entry.topic);
  std::erase_if(entries, [&](const CatalogueEntry& entry) { return entry.topic != topic; });
  if (!entries.empty()) return;
  const auto near = nearest(topic, {topics.begin(), topics.end()});
  throw UsageError(
      fmt::format("there is no topic \"{}\"; {}", topic,
                  near.empty() ? fmt::format("there are {}", fmt::join(topics, ", "))
                               : fmt::format("did you mean \"{}\"?", fmt::join(near, "\" or \""))));
}

void print_facts(const Scenario& scenario) {
  fmt::print("file   {}\n", scenario.file);
  fmt::print("rule   {}\n", scenario.rule);
  fmt::print("played over {}\n", fmt::join(family_names(scenario.families), " "));
  if (!scenario.variants.empty()) fmt::print("variants {}\n", fmt::join(scenario.variants, " "));
  for (const auto& [name, value] : scenario.parameters)
    fmt::print("parameter {}: {}\n", name, value);
}

// As each of its variants. The first mistake; empty: there is none.
std::string mistake_in(const std::string& file) try {
  for (const std::string& variant : scenario::load(file).variants)
    scenario::load(file, {variant, {}});
  return {};
} catch (const UsageError& mistake) {
  return mistake.what();
}

}  // namespace

std::string scenarios_folder() {
  if (const char* folder = std::getenv("LAB_SCENARIOS")) return folder;
  const fs::path program = program_folder();
  for (const fs::path& candidate : {program / "scenarios", program.parent_path() / "scenarios",
                                    data_folder_for(program) / "scenarios"})
    if (fs::is_directory(candidate)) return candidate;
  throw EnvironmentError(fmt::format(
      "no folder of scenarios beside {}: say where it is with LAB_SCENARIOS", program.string()));
}

std::vector<std::string> scenario_paths(const std::vector<std::string>& words) {
  std::vector<std::string> paths;
  for (const std::string& path : scenario::select(scenarios_folder(), words))
    paths.push_back(nearby(path));
  return paths;
}

std::string scenario_path(const std::string& wanted) {
  return nearby(scenario::find(scenarios_folder(), wanted));
}

int list(const std::string& format, const std::string& topic) {
  auto entries = scenario::catalogue(scenarios_folder());
  if (!topic.empty()) keep_topic(entries, topic);
  if (format == "json") {
    nlohmann::json all = nlohmann::json::array();
    for (const auto& entry : entries) all.push_back(from_entry(entry));
    fmt::print("{}\n", all.dump(2));
  } else {
    print_by_topic(entries);
  }
  const bool broken = std::any_of(entries.begin(), entries.end(),
                                  [](const auto& entry) { return !entry.error.empty(); });
  return static_cast<int>(broken ? Exit::usage : Exit::pass);
}

int show(const std::string& wanted) {
  const Scenario scenario = scenario::load(scenario_path(wanted));
  fmt::print("{}: {}\n\n", scenario.name, scenario.title);
  if (const std::string comment = yaml::head_comment(read_file(scenario.file));
      !comment.empty())
    fmt::print("{}\n", comment);
  print_facts(scenario);
  if (!scenario.summary.empty()) fmt::print("\n{}", scenario.summary);
  fmt::print("\nhosts ");
  for (const auto& host : scenario.hosts) fmt::print(" {}", host.name);
  fmt::print("\n");
  for (const auto& link : scenario.links)
    fmt::print("link   {}:{} - {}:{}\n", link.ends[0].host, link.ends[0].device, link.ends[1].host,
               link.ends[1].device);
  fmt::print("\n");
  for (std::size_t index = 0; index < scenario.steps.size(); ++index) {
    const auto& step = scenario.steps[index];
    fmt::print("{:3}  {}\n", index + 1, scenario::describe(step.action));
    if (!step.note.empty()) fmt::print("       {}\n", step.note);
  }
  return static_cast<int>(Exit::pass);
}

int validate(const std::vector<std::string>& words) {
  bool all_well = true;
  for (const std::string& file : scenario_paths(words)) {
    if (const std::string mistake = mistake_in(file); mistake.empty()) {
      const Scenario scenario = scenario::load(file);
      fmt::print("{}: no mistake found, {} steps\n", scenario.file, scenario.steps.size());
    } else {
      all_well = false;
      fmt::print(stderr, "{}\n", mistake);
    }
  }
  return static_cast<int>(all_well ? Exit::pass : Exit::usage);
}

}  // namespace lab::cli
