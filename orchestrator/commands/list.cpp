// SPDX-License-Identifier: MIT
//
// list: list the scenarios by topic.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/scenario_files.hpp"
#include "draw/page.hpp"
#include "json/text.hpp"
#include "parser/catalogue.hpp"
#include "record/address.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::commands {
namespace {

using parser::CatalogueEntry;

struct ListFlags {
  std::string format = "text";
  std::string topic;
};

nlohmann::json from_entry(const CatalogueEntry& entry) {
  nlohmann::json object{{"name", entry.name},         {"title", entry.title},
                        {"path", entry.path},         {"topic", entry.topic},
                        {"variants", entry.variants}, {"families", family_names(entry.families)}};
  if (!entry.error.empty()) object["error"] = entry.error;
  return object;
}

void print_by_topic(const std::vector<CatalogueEntry>& entries) {
  draw::Page page(std::cout, cli::style_of(cli::Color::never));
  std::size_t width = 0;
  for (const auto& entry : entries) width = std::max(width, entry.name.size());
  const std::string* topic = nullptr;
  for (const auto& entry : entries) {
    if (!topic || *topic != entry.topic) {
      if (topic) page.blank();
      draw::Line().add(entry.topic.empty() ? "(no topic)" : entry.topic).print(page);
    }
    topic = &entry.topic;
    draw::print_hanging(page, 2, entry.name, width + 4,
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
                  near.empty() ? fmt::format("topics: {}", fmt::join(topics, ", "))
                               : fmt::format("did you mean \"{}\"?", fmt::join(near, "\" or \""))));
}

int list(const std::string& format, const std::string& topic) {
  auto entries = parser::catalogue(scenarios_folder());
  if (!topic.empty()) keep_topic(entries, topic);
  if (format == "json") {
    nlohmann::json all = nlohmann::json::array();
    for (const auto& entry : entries) all.push_back(from_entry(entry));
    fmt::print("{}\n", json_text(all, 2));
  } else {
    print_by_topic(entries);
  }
  const bool broken = std::any_of(entries.begin(), entries.end(),
                                  [](const auto& entry) { return !entry.error.empty(); });
  return static_cast<int>(broken ? Exit::usage : Exit::pass);
}

}  // namespace

void add_list(cli::Commands& commands) {
  CLI::App* command = commands.add("list", "list the scenarios by topic");
  const auto flags = std::make_shared<ListFlags>();
  cli::add_format_flag(*command, flags->format);
  commands.completes(command->add_option("--topic", flags->topic, "only this topic"), topics);
  commands.describe(command, cli::Purpose::scenarios,
                    {{"list", "all of them, by topic"},
                     {"list --topic no-listener", "one topic"},
                     {"list --format json", "for a program"}});
  commands.set_action(command, [flags] { return list(flags->format, flags->topic); });
}

}  // namespace lab::commands
