// SPDX-License-Identifier: MIT
#include "commands/scenario_files.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "packetdrill/load.hpp"
#include "parser/catalogue.hpp"
#include "parser/parser.hpp"
#include "parser/selection.hpp"
#include "report/summary.hpp"
#include "util/error.hpp"
#include "util/installation.hpp"

namespace lab::commands {
namespace {

namespace fs = std::filesystem;

std::string nearby(const fs::path& path) {
  const fs::path plain = path.lexically_normal();  // "./x.yaml" → "x.yaml"
  const std::string from_here = plain.lexically_proximate(fs::current_path());
  return from_here.starts_with("..") ? plain.string() : from_here;
}

}  // namespace

std::string scenarios_folder() {
  if (const char* folder = std::getenv("LAB_SCENARIOS")) return folder;
  const fs::path program = program_folder();
  for (const fs::path& candidate : {program / "scenarios", program.parent_path() / "scenarios",
                                    data_folder_for(program) / "scenarios"})
    if (fs::is_directory(candidate)) return candidate;
  throw EnvironmentError(fmt::format(
      "there is no folder of scenarios next to {}; set LAB_SCENARIOS to one", program.string()));
}

std::vector<std::string> scenario_paths(const std::vector<std::string>& words) {
  std::vector<std::string> paths;
  for (const std::string& path : parser::select(scenarios_folder(), words))
    paths.push_back(nearby(path));
  return paths;
}

std::string scenario_path(const std::string& wanted) {
  return nearby(parser::find(scenarios_folder(), wanted));
}

scenario::Scenario load_scenario(const std::string& path, const parser::Reading& reading) {
  return path.ends_with(packetdrill::suffix) ? packetdrill::load(path, reading)
                                             : parser::load(path, reading);
}

std::vector<std::string> family_names(const std::vector<Family>& families) {
  std::vector<std::string> names;
  for (const Family family : families) names.emplace_back(family_name(family));
  return names;
}

}  // namespace lab::commands
