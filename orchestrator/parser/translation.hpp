// SPDX-License-Identifier: MIT
//
// A scenario's texts in another language, which its file may have below `translations`. What the
// lab itself says of a step stays in English. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "yaml/yaml_node.hpp"

namespace lab::parser {

struct Translation {
  std::string title, summary;
  std::string comment;               // for the comment at the head of the file, with its sketch
  std::map<int, std::string> notes;  // by the line of their step
};

// The languages that a file may have: "zh".
bool is_translated_to(std::string_view language);

// The translation in the text of a scenario. Nothing: it has none, or is no scenario.
std::optional<Translation> translation_of(std::string_view scenario, std::string_view language);

// Throws Problem unless each translation below `translations` has a title and as many notes as the
// steps of `file`, or none.
void check_translations(const yaml::YamlNode& translations, const yaml::YamlNode& file);

// "zh" for LC_ALL, LC_MESSAGES or LANG such as zh_CN.UTF-8, in this order; else empty: English.
std::string language_of_environment();

}  // namespace lab::parser
