// SPDX-License-Identifier: MIT
#include <algorithm>

#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/sections.hpp"
#include "parser/translation.hpp"
#include "yaml/head_comment.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::html {
namespace {

// Empty if there is none, or if a later version of the lab has written the file.
std::string summary_in(const std::string& scenario) try {
  const yaml::YamlNode file = yaml::read_yaml(scenario);
  const auto found = std::ranges::find(file.entries, "summary", &yaml::YamlEntry::key);
  return found == file.entries.end() ? "" : found->value.text;
} catch (const yaml::Problem&) {
  return "";
}

// The title, which an index has, too, and the steps' notes, as the run has them, with their
// translations.
std::vector<Fields> notes_in(const parser::Translation& told, const Timeline& timeline) {
  std::vector<Fields> notes = {Fields().put("note", timeline.title).put("translated", told.title)};
  for (const StepRecord& step : timeline.steps)
    if (const auto note = told.notes.find(step.line);
        note != told.notes.end() && !step.note.empty())
      notes.push_back(Fields().put("note", step.note).put("translated", note->second));
  return notes;
}

}  // namespace

std::string story_section(const Timeline& timeline, const std::string& text,
                          const std::string& id) {
  static const Template page{asset::story_mustache};
  Fields fields;
  fields.put("id", id)
      .put("heading", timeline.title)
      .put("summary", summary_in(text))
      .put("comment", yaml::head_comment(text));
  if (const auto chinese = parser::translation_of(text, "zh"))
    fields
        .put("translations", {Fields()
                                  .put("language", "zh")
                                  .put("title", chinese->title)
                                  .put("told", chinese->summary)
                                  .put("sketch", chinese->comment)
                                  .put("notes", notes_in(*chinese, timeline))})
        .flag("translated", true)
        .flag("commented", !chinese->comment.empty());
  return page.fill(fields);
}

}  // namespace lab::html
