// SPDX-License-Identifier: MIT
#include "view/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tcp_lookup/contract.h"
#include "util/error.hpp"
#include "view/rows.hpp"
#include "view/table.hpp"

namespace lab {
namespace {

template <typename From>
auto word_in(const TableReader& table, TableReader::Column column, From from,
             std::string_view expected) {
  const auto value = from(table.word(column));
  if (!value) table.bad(column, expected);
  return *value;
}

}  // namespace

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
  std::vector<bool> complete(asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) answers[i].tuple = asked[i];
  while (table.next()) {
    const std::size_t number = table.number<std::size_t>(query).value_or(0);
    if (number < 1 || number > asked.size())
      table.bad(query, fmt::format("a number from 1 to {}", asked.size()));
    LookupAnswer& answer = answers[number - 1];

    LookupStep& taken = answer.steps.emplace_back();
    taken.step = word_in(table, step, lookup_step_name_from, "a step that this program knows");
    taken.result = word_in(table, result, lookup_result_from, "hit, miss, skipped or cut");
    taken.bucket = table.number<std::uint32_t>(bucket);
    taken.walked = table.number<std::uint32_t>(walked);
    taken.score = table.number<int>(score);
    if (!table.is_blank(kind)) taken.socket = socket.read();
    if (taken.step != LookupStepName::verdict) continue;

    // The last row of an answer is what the kernel's own functions found.
    answer.verdict =
        word_in(table, verdict, lookup_verdict_from, "a verdict that this program knows");
    complete[number - 1] = true;
    answer.handler = table.word(handler);
    if (table.word(agrees) != "yes" && table.word(agrees) != "no") table.bad(agrees, "yes or no");
    answer.agrees = table.word(agrees) == "yes";
    if (!table.is_blank(caveat)) answer.caveat = table.word(caveat);
  }
  for (std::size_t i = 0; i < asked.size(); ++i)
    if (!complete[i])
      throw EnvironmentError(fmt::format("{}: the module gave no verdict on {} > {}", view,
                                         asked[i].source.str(), asked[i].destination.str()));
  return answers;
}

std::string refusal_from(std::string_view view, std::string_view text,
                         const std::vector<Tuple>& asked) {
  TableReader table(view, text, TCP_LOOKUP_COLUMNS_LOOKUP_ERROR);
  if (!table.next()) table.bad_line("the row with the reason for the refused write is missing");
  const auto line = table.column("line"), column = table.column("column");
  // A value contains no blank, so the module joins its words with '_'.
  std::string reason(table.word(table.column("reason")));
  std::replace(reason.begin(), reason.end(), '_', ' ');
  const std::size_t number = table.number<std::size_t>(line).value_or(0);
  if (number < 1 || number > asked.size()) return fmt::format("{}: {}", view, reason);
  std::string asked_for = question(asked[number - 1]);
  asked_for.pop_back();
  return fmt::format("{}: the module rejects \"{}\" at column {} of line {}: {}", view, asked_for,
                     table.word(column), number, reason);
}

}  // namespace lab
