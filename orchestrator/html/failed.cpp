// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/links.hpp"
#include "html/marks.hpp"
#include "html/sections.hpp"

namespace lab::html {
namespace {

Fields failed(const Timeline& timeline, const StepRecord& step, const Check& check) {
  Fields fields;
  fields.put("title", linked(check.title, timeline.kernel))
      .put("witness", check.witnesses.str())
      .put("expected", check.expected)
      .put("seen", check.seen)
      .put("cause", check.cause)
      .put("step", step.index + 1)
      .put("text", step.text)
      .put("file", timeline.file)
      .put("line", std::to_string(step.line));
  return fields;
}

}  // namespace

std::string failed_section(const Timeline& timeline, const std::string& id) {
  static const Template page{asset::failed_mustache};
  std::vector<Fields> checks;
  std::string tables;  // at the first step that failed
  for (const StepRecord& step : timeline.steps) {
    if (sequence::outcome_of(step) != Outcome::fail) continue;
    const std::size_t before = checks.size();
    for (const Check& check : step.checks)
      if (check.outcome == Outcome::fail) checks.push_back(failed(timeline, step, check));
    if (checks.size() == before)  // it reached its deadline before any check
      checks.push_back(
          failed(timeline, step, {Outcome::fail, step.text, {}, "", sequence::result_of(step)}));
    if (!tables.empty()) continue;
    for (const Snapshot& snapshot : step.snapshots)
      tables += snapshot_table(timeline, step, snapshot,
                               fmt::format("{} at step {}", snapshot.host, step.index + 1));
  }
  if (checks.empty() && timeline.aborted.empty()) return "";
  return page.fill(Fields()
                       .put("id", id)
                       .put("aborted", timeline.aborted)
                       .put("checks", checks)
                       .put("tables", tables));
}

}  // namespace lab::html
