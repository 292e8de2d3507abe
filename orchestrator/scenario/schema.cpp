// SPDX-License-Identifier: MIT
#include "scenario/schema.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenario/kernel_events.hpp"
#include "scenario/model.hpp"
#include "scenario/verbs.hpp"

namespace lab::scenario {
namespace {

using nlohmann::json;

// A step is a map with exactly one of the verbs, and what may stand beside it.
json step_schema() {
  json alternatives = json::array();
  for (const VerbGroup& group : verb_groups())
    for (const Verb& verb : group.verbs) {
      json properties = json::object();
      for (const Key& key : step_keys()) properties[key.name] = key.schema();
      properties[verb.name] = schema_of(verb.meaning, verb.keys);
      alternatives.push_back({{"type", "object"},
                              {"properties", properties},
                              {"required", {verb.name}},
                              {"additionalProperties", false}});
    }
  alternatives.push_back({{"type", "object"},
                          {"properties", {{"for", schema_of("A loop.", loop_keys())}}},
                          {"required", {"for"}},
                          {"additionalProperties", false}});
  return {{"oneOf", alternatives}};
}

// --- the reference ---

// A text in a cell: a bar would end it.
std::string cell(std::string text) {
  for (std::size_t bar = text.find('|'); bar != std::string::npos; bar = text.find('|', bar + 2))
    text.insert(bar, "\\");
  return text;
}

std::string table(const std::vector<Key>& keys) {
  if (keys.empty()) return "It has no keys.\n";
  std::string text = "| key | | value | for example | meaning |\n|---|---|---|---|---|\n";
  for (const Key& key : keys)
    text += fmt::format("| `{}` | {} | {} | `{}` | {} |\n", key.name, key.required ? "needed" : "",
                        cell(key.words), cell(key.example), cell(key.meaning));
  return text;
}

std::string section(std::string_view title, std::string_view meaning,
                    const std::vector<Key>& keys) {
  return fmt::format("\n{}\n\n{}{}{}", title, meaning, meaning.empty() ? "" : "\n\n", table(keys));
}

std::string word_list(std::string_view title, const std::vector<std::string>& words) {
  std::string text = fmt::format("\n{}\n\n", title);
  for (const std::string& word : words)
    text += fmt::format("{}`{}`", &word == &words.front() ? "" : ", ", word);
  return text + "\n";
}

std::string events() {
  const auto joined = [](const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
      text += fmt::format("{}`{}`", text.empty() ? "" : ", ", word);
    return text;
  };
  std::string text =
      "\n### Events of a path\n\n| event | outcomes | details | reason |\n|---|---|---|---|\n";
  for (const KernelEvent& event : kernel_events())
    text += fmt::format("| `{}` | {} | {} | {} |\n", event.name, joined(event.outcomes),
                        joined(event.details), event.reasons ? "yes" : "");
  return text;
}

}  // namespace

json json_schema() {
  json root = schema_of("A scenario of TCP Lookup Lab.", scenario_keys());
  root["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  root["title"] = "TCP Lookup Lab scenario";
  const json need = schema_of("What the kernel must have.", need_keys());
  root["$defs"] = {
      {"topology", schema_of("The hosts, and the links between them.", topology_keys())},
      {"needs", {{"oneOf", {need, {{"type", "array"}, {"items", need}}}}}},
      {"steps", {{"type", "array"}, {"minItems", 1}, {"items", {{"$ref", "#/$defs/step"}}}}},
      {"step", step_schema()}};
  return root;
}

std::string reference() {
  std::string text =
      "<!-- SPDX-License-Identifier: MIT -->\n"
      "<!-- Made by `orchestrator schema --format markdown` from the definitions by which the\n"
      "     parser reads (orchestrator/scenario/*_verbs.cpp); a test keeps the two the same. -->\n"
      "# The scenario language, key by key\n\n"
      "[scenarios.md](scenarios.md) explains the language; this page lists it.\n";
  text += section("## The file", "", scenario_keys());
  text +=
      section("### needs", "What the kernel must have; else the scenario is skipped.", need_keys());
  text += section("## topology", "", topology_keys());
  text += section("### A host", "", host_keys());
  text += section("### A link", "", link_keys());
  text += section("## Steps", "A step is a map with one verb, and beside it:", step_keys());
  text += section("### when", "A step is played when all holds that is stated.", when_keys());
  text += section("### for", "Stands in the place of a step.", loop_keys());
  for (const VerbGroup& group : verb_groups()) {
    text += fmt::format("\n## {}\n", group.title);
    for (const Verb& verb : group.verbs)
      text += section("### " + verb.name, verb.meaning, verb.keys);
    if (group.verbs.front().name == "tables")
      text += section("### A row of a table", "", row_keys()) + events();
  }
  text += "\n## Words\n";
  text += word_list("### Socket options", socket_options());
  text += word_list("### Options of a connection, for `info`", info_options());
  text += word_list("### ICMP errors", icmp_errors());
  text += word_list("### Features, for `needs` and `when`", features());
  return text;
}

}  // namespace lab::scenario
