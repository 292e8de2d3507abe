// SPDX-License-Identifier: MIT
#include "view/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tcp_lookup/contract.h"
#include "util/error.hpp"
#include "view/rows.hpp"
#include "view/table.hpp"

namespace lab {

std::string question(const Tuple& tuple) {
  std::string line = fmt::format("{} {}", tuple.source.str(), tuple.destination.str());
  if (!tuple.device.empty()) line += fmt::format(" dev {}", tuple.device);
  return line + '\n';
}

std::vector<LookupAnswer> answers_from(std::string_view view, std::string_view text,
                                       const std::vector<Tuple>& asked) {
  TableReader table(view, text, TCP_LOOKUP_COLUMNS_LOOKUP);
  const RowReader socket(table);
  const auto query = table.column("query"), step = table.column("step"),
             bucket = table.column("bucket"), walked = table.column("walked"),
             result = table.column("result"), score = table.column("score"),
             kind = table.column("kind"), agrees = table.column("agrees"),
             verdict = table.column("verdict"), handler = table.column("handler"),
             caveat = table.column("caveat");

  std::vector<LookupAnswer> answers(asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) answers[i].tuple = asked[i];
  while (table.next()) {
    const std::size_t number = table.number<std::size_t>(query).value_or(0);
    if (number < 1 || number > asked.size())
      table.bad(query, fmt::format("a number from 1 to {}", asked.size()));
    LookupAnswer& answer = answers[number - 1];

    LookupStep& taken = answer.steps.emplace_back();
    taken.step = table.word(step);
    taken.result = table.word(result);
    taken.bucket = table.number<std::uint32_t>(bucket);
    taken.walked = table.number<std::uint32_t>(walked);
    taken.score = table.number<int>(score);
    if (!table.is_blank(kind)) taken.socket = socket.read();
    if (taken.step != TCP_LOOKUP_STEP_VERDICT) continue;

    // What the kernel's own functions found closes the answer.
    answer.verdict = table.word(verdict);
    answer.handler = table.word(handler);
    if (table.word(agrees) != "yes" && table.word(agrees) != "no") table.bad(agrees, "yes or no");
    answer.agrees = table.word(agrees) == "yes";
    if (!table.is_blank(caveat)) answer.caveat = table.word(caveat);
  }
  for (const LookupAnswer& answer : answers)
    if (answer.verdict.empty())
      throw EnvironmentError(fmt::format("{}: the module gave no verdict on {} > {}", view,
                                         answer.tuple.source.str(),
                                         answer.tuple.destination.str()));
  return answers;
}

std::string refusal_from(std::string_view view, std::string_view text,
                         const std::vector<Tuple>& asked) {
  TableReader table(view, text, TCP_LOOKUP_COLUMNS_LOOKUP_ERROR);
  if (!table.next()) table.bad_line("the row that says why the write was refused is missing");
  const auto line = table.column("line"), column = table.column("column");
  // A value holds no blank, so the module joins its words.
  std::string reason(table.word(table.column("reason")));
  std::replace(reason.begin(), reason.end(), '_', ' ');
  const std::size_t number = table.number<std::size_t>(line).value_or(0);
  if (number < 1 || number > asked.size()) return fmt::format("{}: {}", view, reason);
  std::string asked_for = question(asked[number - 1]);
  asked_for.pop_back();
  return fmt::format("{}: the module refuses \"{}\" at column {} of line {}: {}", view, asked_for,
                     table.word(column), number, reason);
}

}  // namespace lab
