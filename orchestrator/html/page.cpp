// SPDX-License-Identifier: MIT
#include "html/page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagram/topology_svg.hpp"
#include "draw/page.hpp"
#include "html/assets.hpp"
#include "html/fill.hpp"
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

}  // namespace

void Book::add(const Run& run) {
  const Timeline& timeline = run.timeline;
  Leaf leaf;
  leaf.id = fmt::format("run-{}", leaves_.size() + 1);
  leaf.label = report::label(report::result_of(timeline));
  if (!run.remark.empty()) leaf.label += ", " + run.remark;
  leaf.title = timeline.title;
  leaf.verdict = verdict_of(timeline);
  leaf.checks = tally(timeline);
  leaf.took = timeline.end - timeline.begin;
  leaf.body = run_body(run, leaf.id);
  leaves_.push_back(std::move(leaf));
}

std::vector<Book::Leaf> Book::in_order() const {
  std::vector<Leaf> ordered = leaves_;
  std::ranges::stable_sort(ordered, {}, [](const Leaf& leaf) { return rank(leaf.verdict); });
  return ordered;
}

std::string Book::page(const report::Summary& summary) const {
  static const Template page{asset::page_mustache}, index{asset::index_mustache};
  const std::vector<Leaf> ordered = in_order();
  const bool alone = ordered.size() == 1;
  std::vector<Fields> rows, runs;
  for (const Leaf& leaf : ordered) {
    Fields row;
    row.put("id", leaf.id)
        .put("label", leaf.label)
        .put("title", leaf.title)
        .put("class", class_of(leaf.verdict))
        .put("mark", mark_of(leaf.verdict))
        .put("verdict", verdict_word(leaf.verdict))
        .put("checks", checks_in_short(leaf.checks))
        .put("took", draw::duration(std::chrono::nanoseconds(leaf.took)));
    rows.push_back(row);
    runs.push_back(row.put("body", leaf.body).flag("open", alone));
  }
  const std::string counts = report::counts_line(summary);
  Fields fields;
  fields.put("title", alone ? ordered[0].label : "TCP Lookup Lab")
      .put("counts", alone ? "" : counts)
      .put("css", std::string(asset::page_css) + diagram::topology_style())
      .put("script", asset::page_js)
      .put("runs", runs);
  if (!alone)
    fields.put("index", index.fill(Fields()
                                       .put("rows", rows)
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
