// SPDX-License-Identifier: MIT
#include <algorithm>

#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/sections.hpp"
#include "scenario/translation.hpp"
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

}  // namespace

std::string story_section(const Timeline& timeline, const std::string& text,
                          const std::string& id) {
  static const Template page{asset::story_mustache};
  Fields fields;
  fields.put("id", id)
      .put("heading", timeline.title)
      .put("summary", summary_in(text))
      .put("comment", yaml::head_comment(text));
  if (const auto chinese = scenario::translation_of(text, "zh"))
    fields.put("translations", {Fields()
                                    .put("language", "zh")
                                    .put("title", chinese->title)
                                    .put("told", chinese->summary)
                                    .put("sketch", chinese->comment)})
        .flag("translated", true);
  return page.fill(fields);
}

}  // namespace lab::html
