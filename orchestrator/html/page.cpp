// SPDX-License-Identifier: MIT
#include "html/page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "diagram/topology_svg.hpp"
#include "draw/page.hpp"
#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/functions.hpp"
#include "html/marks.hpp"
#include "html/run.hpp"
#include "report/many.hpp"
#include "util/text.hpp"

namespace lab::html {
namespace {

// Failures first, then what was not observed.
int rank(Outcome verdict) {
  return verdict == Outcome::fail ? 0 : verdict == Outcome::not_observed ? 1 : 2;
}

// "73 ✓ 3 ○"
std::string checks_in_short(const Tally& checks) {
  std::string text = fmt::format("{} {}", checks.pass, mark_of(Outcome::pass));
  if (checks.fail > 0) text += fmt::format(" {} {}", checks.fail, mark_of(Outcome::fail));
  if (checks.not_observed > 0)
    text += fmt::format(" {} {}", checks.not_observed, mark_of(Outcome::not_observed));
  return text;
}

std::string plays_in_words(const std::vector<std::string>& labels) {
  return fmt::format("{}", fmt::join(labels, ", "));
}

std::vector<Fields> left_out(const std::map<std::string, std::vector<std::string>>& reasons) {
  std::vector<Fields> rows;
  for (const auto& [why, labels] : reasons)
    rows.push_back(Fields()
                       .put("why", why)
                       .put("plays", plays_in_words(labels))
                       .put("count", plural(labels.size(), "play")));
  return rows;
}

std::string style() {
  return fmt::format("{}{}{}{}", asset::page_css, asset::step_css, asset::study_css,
                     diagram::topology_style());
}

// Each file is a part; the first makes what they share, and the last starts them.
std::string script() {
  return fmt::format(
      "{}", fmt::join({asset::tools_js, asset::links_js, asset::index_js, asset::panel_js,
                       asset::step_js, asset::predict_js, asset::hints_js, asset::compare_js,
                       asset::present_js, asset::chinese_js, asset::chinese_runs_js,
                       asset::translate_js, asset::language_js, asset::start_js},
                      "\n"));
}

}  // namespace

void Book::add(const Run& run) {
  const Timeline& timeline = run.timeline;
  Leaf leaf;
  leaf.id = fmt::format("run-{}", leaves_.size() + 1);
  leaf.scenario = timeline.scenario;
  leaf.kernel = timeline.kernel;
  leaf.label = report::label(report::result_of(timeline));
  leaf.tab = fmt::format("{}{}{}", timeline.variant, timeline.variant.empty() ? "" : ", ",
                         protocol_name(timeline.family));
  for (std::string* name : {&leaf.label, &leaf.tab})
    if (!run.remark.empty()) *name += ", " + run.remark;
  leaf.title = timeline.title;
  leaf.verdict = verdict_of(timeline);
  leaf.checks = tally(timeline);
  leaf.took = timeline.end - timeline.begin;
  leaf.body = run_body(run, leaf.id);
  leaves_.push_back(std::move(leaf));
}

std::vector<Book::Leaves> Book::by_scenario() const {
  std::vector<Leaves> scenarios;
  for (const Leaf& leaf : leaves_) {
    const auto found = std::ranges::find_if(
        scenarios, [&](const Leaves& leaves) { return leaves.front()->scenario == leaf.scenario; });
    if (found == scenarios.end())
      scenarios.push_back({&leaf});
    else
      found->push_back(&leaf);
  }
  std::ranges::stable_sort(scenarios, {}, [](const Leaves& leaves) {
    int first = rank(Outcome::pass);
    for (const Leaf* leaf : leaves) first = std::min(first, rank(leaf->verdict));
    return first;
  });
  return scenarios;
}

// The kernel distinguishes runs of a scenario on several.
std::string Book::tab_of(const Leaf& leaf, const Leaves& beside) {
  const bool several =
      std::ranges::any_of(beside, [&](const Leaf* other) { return other->kernel != leaf.kernel; });
  return several ? fmt::format("{}, {}", leaf.tab, leaf.kernel) : leaf.tab;
}

std::string Book::page(const report::Summary& summary) const {
  static const Template page{asset::page_mustache}, index{asset::index_mustache},
      scenario{asset::scenario_mustache};
  const std::vector<Leaves> ordered = by_scenario();
  const bool alone = ordered.size() == 1;
  std::vector<Fields> rows, scenarios;
  for (std::size_t number = 0; number < ordered.size(); ++number) {
    const Leaves& leaves = ordered[number];
    const std::string id = fmt::format("scenario-{}", number + 1);
    const auto shown =
        std::ranges::min_element(leaves, {}, [](const Leaf* leaf) { return rank(leaf->verdict); });
    std::vector<Fields> runs;
    for (const Leaf* leaf : leaves) {
      Fields row;
      row.put("id", leaf->id)
          .put("label", leaf->label)
          .put("title", leaf->title)
          .put("class", class_of(leaf->verdict))
          .put("mark", mark_of(leaf->verdict))
          .put("verdict", verdict_word(leaf->verdict))
          .put("checks", checks_in_short(leaf->checks))
          .put("took", draw::duration(std::chrono::nanoseconds(leaf->took)));
      rows.push_back(row);
      runs.push_back(row.put("scenario", id)
                         .put("tab", tab_of(*leaf, leaves))
                         .put("body", leaf->body)
                         .flag("chosen", leaf == *shown));
    }
    scenarios.push_back(
        Fields().put("scenario", scenario.fill(Fields()
                                                   .put("id", id)
                                                   .put("name", leaves.front()->scenario)
                                                   .put("title", leaves.front()->title)
                                                   .put("runs", runs)
                                                   .flag("folded", !alone))));
  }
  const std::string counts = report::counts_line(summary);
  const bool one_run = leaves_.size() == 1;
  Fields fields;
  fields.put("title", one_run ? leaves_[0].label
                      : alone ? leaves_[0].scenario
                              : "TCP Lookup Lab")
      .put("counts", one_run ? "" : counts)
      .put("css", style())
      .put("script", script())
      .put("scenarios", scenarios);
  // The links of the first run's kernel: one page is mostly of one.
  if (!leaves_.empty()) fields.put("functions", functions_section(leaves_[0].kernel));
  if (!one_run)
    fields.put("index", index.fill(Fields()
                                       .put("rows", alone ? std::vector<Fields>{} : rows)
                                       .flag("several", !alone)
                                       .put("skipped", left_out(summary.skipped))
                                       .put("unplayable", left_out(summary.unplayable))));
  return page.fill(fields);
}

std::string page(const std::vector<Run>& runs, const report::Summary& summary) {
  Book book;
  for (const Run& run : runs) book.add(run);
  return book.page(summary);
}

}  // namespace lab::html
