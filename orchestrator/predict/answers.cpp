// SPDX-License-Identifier: MIT
#include "predict/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "yaml/fields.hpp"

namespace lab::predict {

Answers no_answers(const std::vector<Question>& questions, const std::string& why) {
  Answers answers;
  for (const Question& question : questions) answers.refused[question.name] = why;
  return answers;
}

Answers answers_from(const std::string& text, const std::string& file,
                     const std::vector<Question>& questions) {
  yaml::YamlNode root;
  try {
    root = yaml::read_yaml(text);
    if (root.kind != yaml::YamlNode::Kind::map)
      throw yaml::Problem({1, 1}, "the answers are a map; write NAME: ANSWER on each line");
  } catch (const yaml::Problem& problem) {
    return no_answers(questions, fmt::format("{}:{}:{}: {}", file, problem.at.line,
                                             problem.at.column, problem.what()));
  }
  Answers answers;
  for (const Question& question : questions) {
    const auto entry = std::ranges::find(root.entries, question.name, &yaml::YamlEntry::key);
    if (entry == root.entries.end()) {
      answers.refused[question.name] = fmt::format("{} does not answer it", file);
    } else if (std::ranges::find(question.one_of, entry->value.text) == question.one_of.end()) {
      answers.refused[question.name] =
          fmt::format("{}:{}: the answer is {}", file, entry->at.line,
                      yaml::unknown(entry->value.text, question.one_of));
    } else {
      answers.values[question.name] = entry->value.text;
    }
  }
  return answers;
}

std::string to_yaml(const std::vector<Question>& questions,
                    const std::map<std::string, std::string>& values) {
  std::string text;
  for (const Question& question : questions)
    if (const auto value = values.find(question.name); value != values.end())
      text += fmt::format("# {}\n{}: {}\n", question.text, question.name, value->second);
  return text;
}

}  // namespace lab::predict
