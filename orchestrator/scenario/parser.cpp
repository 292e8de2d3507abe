// SPDX-License-Identifier: MIT
#include "scenario/parser.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "scenario/fields.hpp"
#include "scenario/parse_parts.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::scenario {
namespace {

std::vector<Family> families_of(const YamlNode* node) {
  if (!node) return {Family::inet, Family::inet6};
  std::vector<Family> families;
  for (const YamlNode* item : one_or_list(*node, "families")) {
    const std::string word = choice_of(*item, "family", {"ipv4", "ipv6"});
    const Family family = word == "ipv4" ? Family::inet : Family::inet6;
    for (const Family earlier : families)
      if (earlier == family)
        throw Problem(item->at, fmt::format("{} stands here twice; keep one", word));
    families.push_back(family);
  }
  return families;
}

// So that a scenario can be found by its name without opening every file.
void require_file_stem(const YamlNode& name, const std::string& file_name) {
  const std::string stem = std::filesystem::path(file_name).stem();
  if (name.text != stem)
    throw Problem(name.at, fmt::format("name is \"{}\" but the file is \"{}\"; rename one of them",
                                       name.text, stem));
}

Scenario parse_document(const YamlNode& root, const std::string& file_name) {
  if (root.kind != YamlNode::Kind::map)
    throw Problem({1, 1}, "a scenario is a map; write name:, title:, topology: and steps:");
  const Fields fields(root, "a scenario",
                      {{"name", "simopen"},
                       {"title", "One line"},
                       {"summary", "A paragraph"},
                       {"rule", "\"RFC 9293, section 3.5\""},
                       {"families", "[ipv4, ipv6]"},
                       {"deadline", "5s"},
                       {"topology", "{hosts: ...}"},
                       {"steps", "[...]"}});
  Scenario scenario;
  scenario.file = file_name;
  scenario.name = name_of(fields.need("name"), "name");
  require_file_stem(fields.need("name"), file_name);
  scenario.title = text_of(fields.need("title"), "title");
  if (const auto* summary = fields.find("summary")) scenario.summary = text_of(*summary, "summary");
  if (const auto* rule = fields.find("rule")) scenario.rule = text_of(*rule, "rule");
  scenario.families = families_of(fields.find("families"));
  if (const auto* deadline = fields.find("deadline"))
    scenario.deadline = duration_of(*deadline, "deadline");
  parse_topology(fields.need("topology"), scenario);

  const YamlNode& steps = fields.need("steps");
  Names names(scenario.hosts, scenario.links);
  for (const YamlNode& step : list_of(steps, "steps"))
    scenario.steps.push_back(parse_step(step, names));
  if (scenario.steps.empty())
    throw Problem(steps.at, "a scenario has at least one step; write one under steps:");
  return scenario;
}

}  // namespace

Scenario parse(std::string_view text, const std::string& file_name) {
  try {
    return parse_document(read_yaml(text), file_name);
  } catch (const Problem& problem) {
    throw UsageError(
        fmt::format("{}:{}:{}: {}", file_name, problem.at.line, problem.at.column, problem.what()));
  }
}

Scenario load(const std::string& path, const Reading&) {
  // Looked at before it is opened: a pipe would block, /dev/zero never end.
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    throw UsageError(fmt::format("{}: there is no such file", path));
  if (!std::filesystem::is_regular_file(status))
    throw UsageError(fmt::format("{}: not a regular file; name a scenario's .yaml file", path));
  const auto size = std::filesystem::file_size(path, error);
  if (error || size > largest_text)
    throw UsageError(fmt::format("{}:1:1: the file has {} bytes; a scenario has at most {}", path,
                                 size, largest_text));
  try {
    return parse(read_file(path), path);
  } catch (const SystemError& failure) {
    throw UsageError(fmt::format("{}: cannot be read: {}", path, failure.what()));
  }
}

}  // namespace lab::scenario
