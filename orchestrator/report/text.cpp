// SPDX-License-Identifier: MIT
#include "report/text.hpp"

#include <fmt/format.h>

#include "report/ladder.hpp"
#include "report/paths.hpp"
#include "report/steps.hpp"
#include "report/summary.hpp"
#include "report/tables.hpp"
#include "report/topology_text.hpp"

namespace lab::report {
namespace {

void draw_header(Page& page, const Timeline& timeline) {
  const std::string dot = fmt::format(" {} ", page.glyphs().dot);
  Line()
      .add(timeline.scenario, Ink::strong)
      .add(timeline.variant.empty() ? "" : dot)
      .add(timeline.variant, Ink::strong)
      .add(dot)
      .add(timeline.family == Family::inet ? "IPv4" : "IPv6", Ink::strong)
      .add(timeline.title.empty() ? "" : dot)
      .add(timeline.title)
      .print(page);
  if (!timeline.rule.empty()) print_hanging(page, 2, "rule", 10, timeline.rule);
  print_hanging(page, 2, "kernel", 10, timeline.kernel);
  print_hanging(page, 2, "module", 10, timeline.module);
}

}  // namespace

void TextReport::begin(const Timeline& timeline) {
  draw_header(page_, timeline);
  page_.blank();
  draw_topology(page_, topology_of(timeline));
  page_.heading("Steps");
  page_.out().flush();
}

void TextReport::step(const Timeline& timeline, const StepRecord& step) {
  draw_step(page_, timeline, step, told_);
  page_.out().flush();
}

void TextReport::end(const Timeline& timeline) {
  draw_packets(page_, timeline);
  if (!timeline.hold_mechanism.empty())
    print_hanging(
        page_, 2, "", 2,
        fmt::format("Packets were held back by: {}. The times are those at which a packet "
                    "left or reached an interface.",
                    timeline.hold_mechanism),
        Ink::faint);
  draw_paths(page_, timeline);
  draw_lives(page_, timeline);
  draw_last_snapshots(page_, timeline);
  draw_failures(page_, timeline);
  // Where a check failed, the run ended there; that was told already.
  if (!timeline.aborted.empty() && tally(timeline).fail == 0) {
    page_.heading("The run ended early");
    print_hanging(page_, 2, page_.glyphs().fail, 5, timeline.aborted, Ink::bad);
  }
  page_.blank();
  Line().add(closing_line(timeline), ink_of(verdict(timeline))).print(page_);
  page_.blank();
  page_.out().flush();
}

}  // namespace lab::report
