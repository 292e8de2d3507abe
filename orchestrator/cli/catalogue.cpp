// SPDX-License-Identifier: MIT
//
// The commands that look at scenarios without playing them.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "report/summary.hpp"
#include "scenario/catalogue.hpp"
#include "scenario/parser.hpp"

namespace lab::cli {

namespace fs = std::filesystem;

std::string scenarios_folder() {
  if (const char* folder = std::getenv("LAB_SCENARIOS")) return folder;
  const fs::path program = fs::read_symlink("/proc/self/exe").parent_path();
  for (const fs::path& candidate : {program / "scenarios", program.parent_path() / "scenarios"})
    if (fs::is_directory(candidate)) return candidate;
  throw EnvironmentError(fmt::format(
      "no folder of scenarios beside {}: say where it is with LAB_SCENARIOS", program.string()));
}

std::string scenario_path(const std::string& wanted) {
  const fs::path path = scenario::find(scenarios_folder(), wanted);
  const fs::path nearby = path.lexically_proximate(fs::current_path());
  return nearby.string().starts_with("..") ? path : nearby;
}

int list(const std::string& format) {
  const auto entries = scenario::catalogue(scenarios_folder());
  if (format == "json") {
    nlohmann::json all = nlohmann::json::array();
    for (const auto& entry : entries) {
      all.push_back({{"name", entry.name}, {"title", entry.title}, {"path", entry.path}});
      if (!entry.error.empty()) all.back()["error"] = entry.error;
    }
    fmt::print("{}\n", all.dump(2));
  } else {
    std::size_t width = 0;
    for (const auto& entry : entries) width = std::max(width, entry.name.size());
    for (const auto& entry : entries)
      fmt::print("{:{}}  {}\n", entry.name, width,
                 entry.error.empty() ? entry.title : "broken: " + entry.error);
  }
  const bool broken = std::any_of(entries.begin(), entries.end(),
                                  [](const auto& entry) { return !entry.error.empty(); });
  return static_cast<int>(broken ? Exit::usage : Exit::pass);
}

int show(const std::string& wanted) {
  const scenario::Scenario scenario = scenario::load(scenario_path(wanted));
  fmt::print("{}: {}\n", scenario.name, scenario.title);
  fmt::print("file   {}\n", scenario.file);
  fmt::print("rule   {}\n", scenario.rule);
  fmt::print("played over");
  for (const Family family : scenario.families) fmt::print(" {}", report::family_name(family));
  fmt::print("\n");
  if (!scenario.summary.empty()) fmt::print("\n{}", scenario.summary);
  fmt::print("\nhosts ");
  for (const auto& host : scenario.hosts) fmt::print(" {}", host.name);
  fmt::print("\n");
  for (const auto& link : scenario.links)
    fmt::print("link   {}:{} - {}:{}\n", link.ends[0].host, link.ends[0].device,
               link.ends[1].host, link.ends[1].device);
  fmt::print("\n");
  for (std::size_t index = 0; index < scenario.steps.size(); ++index) {
    const auto& step = scenario.steps[index];
    fmt::print("{:3}  {}\n", index + 1, scenario::describe(step.action));
    if (!step.note.empty()) fmt::print("       {}\n", step.note);
  }
  return static_cast<int>(Exit::pass);
}

int validate(const std::string& wanted) {
  const scenario::Scenario scenario = scenario::load(scenario_path(wanted));
  fmt::print("{}: no mistake found, {} steps\n", scenario.file, scenario.steps.size());
  return static_cast<int>(Exit::pass);
}

}  // namespace lab::cli
