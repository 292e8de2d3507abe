// SPDX-License-Identifier: MIT
#include "predict/ask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::predict {
namespace {

std::optional<std::string> chosen(const Question& question, const std::string& line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return std::nullopt;
  const std::string word = line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
  if (std::ranges::find(question.one_of, word) != question.one_of.end()) return word;
  const auto number = to_integer<std::size_t>(word);
  if (!number || *number < 1 || *number > question.one_of.size()) return std::nullopt;
  return question.one_of[*number - 1];
}

}  // namespace

std::string ask(const Question& question, std::istream& in, draw::Page& page) {
  page.blank();
  draw::print_wrapped(page, question.text, draw::Ink::strong);
  for (std::size_t index = 0; index < question.one_of.size(); ++index)
    draw::Line().add(fmt::format("  {}  {}", index + 1, question.one_of[index])).print(page);
  for (std::string line;;) {
    page.out() << "> " << std::flush;
    if (!std::getline(in, line))
      throw UsageError(fmt::format("the input ended before {} was answered; answer all questions, "
                                   "or give --answers FILE",
                                   question.name));
    if (const auto answer = chosen(question, line)) return *answer;
    draw::Line()
        .add(fmt::format("Answer with a number from 1 to {}.", question.one_of.size()))
        .print(page);
  }
}

}  // namespace lab::predict
