// SPDX-License-Identifier: MIT
#include "parser/translation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "yaml/fields.hpp"

namespace lab::parser {
namespace {

using yaml::Problem;
using yaml::YamlNode;

const YamlNode* entry(const YamlNode& map, std::string_view key) {
  const auto found = std::ranges::find(map.entries, key, &yaml::YamlEntry::key);
  return found == map.entries.end() ? nullptr : &found->value;
}

// The lines of the steps with a note, in the order of the file, also those inside loops.
void find_notes(const YamlNode& steps, std::vector<int>& lines) {
  for (const YamlNode& step : steps.items) {
    if (entry(step, "note")) lines.push_back(step.at.line);
    if (const YamlNode* loop = entry(step, "for"))
      if (const YamlNode* inner = entry(*loop, "steps")) find_notes(*inner, lines);
  }
}

std::vector<int> notes_in(const YamlNode& file) {
  std::vector<int> lines;
  if (const YamlNode* steps = entry(file, "steps")) find_notes(*steps, lines);
  return lines;
}

const yaml::Fields::Known& known_keys() {
  static const yaml::Fields::Known known{{"title", "One line", true},
                                         {"summary", "A paragraph"},
                                         {"comment", "The rule, and the sketch"},
                                         {"notes", "[...]"}};
  return known;
}

std::string text_in(const YamlNode& map, std::string_view key) {
  const YamlNode* node = entry(map, key);
  return node ? node->text : "";
}

}  // namespace

bool is_translated_to(std::string_view language) { return language == "zh"; }

std::optional<Translation> translation_of(std::string_view scenario,
                                          std::string_view language) try {
  const YamlNode file = yaml::read_yaml(scenario);
  const YamlNode* translations = entry(file, "translations");
  const YamlNode* wanted = translations ? entry(*translations, language) : nullptr;
  if (!wanted) return std::nullopt;
  Translation translation;
  translation.title = text_in(*wanted, "title");
  translation.summary = text_in(*wanted, "summary");
  translation.comment = text_in(*wanted, "comment");
  const std::vector<int> lines = notes_in(file);
  if (const YamlNode* notes = entry(*wanted, "notes"))
    for (std::size_t i = 0; i < std::min(lines.size(), notes->items.size()); ++i)
      translation.notes.emplace(lines[i], notes->items[i].text);
  return translation;
} catch (const Problem&) {
  return std::nullopt;
}

void check_translations(const YamlNode& translations, const YamlNode& file) {
  for (const yaml::YamlEntry& each : translations.entries) {
    if (!is_translated_to(each.key))
      throw Problem(each.at, fmt::format("there is no translation to \"{}\"; write zh", each.key));
    const yaml::Fields fields(each.value, "a translation", known_keys());
    yaml::text_of(fields.need("title"), "title");
    for (const char* key : {"summary", "comment"})
      if (const YamlNode* text = fields.find(key)) yaml::text_of(*text, key);
    const YamlNode* notes = fields.find("notes");
    if (!notes) continue;
    const std::size_t wanted = notes_in(file).size();
    if (notes->items.size() != wanted)
      throw Problem(
          notes->at,
          fmt::format("there are {} translated notes, and {} steps have a note; write one "
                      "for each, in their order",
                      notes->items.size(), wanted));
    for (const YamlNode& note : notes->items) yaml::text_of(note, "a note");
  }
}

std::string language_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (!value || !*value) continue;
    return std::string_view(value).starts_with("zh") ? "zh" : "";
  }
  return "";
}

}  // namespace lab::parser
