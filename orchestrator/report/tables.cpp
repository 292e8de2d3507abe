// SPDX-License-Identifier: MIT
#include "report/tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "draw/marks.hpp"
#include "record/entries.hpp"

namespace lab::report {
namespace {

using draw::columns;
using draw::Ink;
using draw::Line;
using draw::mark_of;
using draw::Page;
using draw::print_hanging;

struct Cells {
  std::string table, state, local, remote, socket, place;
  std::vector<std::pair<std::string_view, Ink>> marks;  // one per witness
};

Cells cells_of(const Page& page, const Timeline& timeline, const WitnessedRows& table,
               const Entry& entry, const std::vector<Witness>& witnesses) {
  Cells cells;
  cells.state = state_text(entry.row);
  cells.local = entry.row.local.str();
  if (has_remote(entry.row)) cells.remote = "> " + entry.row.remote.str();
  cells.socket = socket_name(timeline, entry.row.cookie);
  cells.place = place_text(entry.row);
  for (const Witness witness : witnesses)
    cells.marks.push_back(mark_of(page.glyphs(), shown_by(witness, table, &entry)));
  return cells;
}

// A table that is empty or that no witness observed.
Cells empty_cells(const Page& page, const WitnessedRows& table,
                  const std::vector<Witness>& witnesses) {
  Cells cells;
  const bool seen = std::any_of(table.begin(), table.end(),
                                [](const Witnessed& each) { return each.rows.has_value(); });
  cells.state = seen ? "empty" : "not observed";
  for (const Witness witness : witnesses)
    cells.marks.push_back(mark_of(page.glyphs(), shown_by(witness, table, nullptr)));
  return cells;
}

void print_cells(Page& page, const std::vector<Cells>& all, const std::string& host,
                 const std::vector<Witness>& witnesses) {
  constexpr std::size_t first = 4, gap = 2;
  const auto widest = [&all](std::string Cells::*field, std::string_view heading) {
    std::size_t width = columns(heading);
    for (const Cells& cells : all) width = std::max(width, columns(cells.*field));
    return width + gap;
  };
  std::size_t marks_width = 0;
  for (const Witness witness : witnesses) marks_width += columns(to_string(witness)) + gap;
  const std::size_t state = first + widest(&Cells::table, "");
  const std::size_t local = state + widest(&Cells::state, "");
  const std::size_t remote = local + widest(&Cells::local, "") - 1;
  // Both ends on one line if the page is wide enough.
  const std::size_t rest =
      widest(&Cells::socket, "") + widest(&Cells::place, "bucket") + marks_width;
  const std::size_t beside = remote + widest(&Cells::remote, "");
  const bool stacked = beside + rest > page.width() + gap;
  const std::size_t socket =
      stacked ? local + std::max(widest(&Cells::local, ""), widest(&Cells::remote, "")) : beside;
  const std::size_t place = socket + widest(&Cells::socket, "");

  Line head;
  head.to(2).add(host, Ink::strong).to(place).add("bucket", Ink::faint);
  std::size_t column = place + widest(&Cells::place, "bucket");
  std::vector<std::size_t> centers;
  for (const Witness witness : witnesses) {
    const std::string_view name = to_string(witness);
    head.to(column).add(name, Ink::faint);
    centers.push_back(column + columns(name) / 2);
    column += columns(name) + gap;
  }
  head.print(page);

  for (const Cells& cells : all) {
    Line line;
    line.to(first)
        .add(cells.table)
        .to(state)
        .add(cells.state, cells.local.empty() ? Ink::faint : Ink::accent)
        .to(local)
        .add(cells.local);
    if (!stacked) line.to(remote).add(cells.remote);
    line.to(socket).add(cells.socket, Ink::strong).to(place).add(cells.place, Ink::faint);
    for (std::size_t i = 0; i < centers.size(); ++i)
      line.to(centers[i]).add(cells.marks[i].first, cells.marks[i].second);
    line.print(page);
    if (stacked && !cells.remote.empty()) Line().to(local).add(cells.remote).print(page);
  }
}

}  // namespace

void draw_snapshot(Page& page, const Timeline& timeline, const Snapshot& snapshot) {
  const std::vector<Witness> witnesses = witnesses_of(snapshot);
  std::vector<Cells> all;
  for (const auto& [name, table] : tables_of(snapshot)) {
    if (table.empty()) continue;  // no witness was asked
    const std::size_t begin = all.size();
    for (const Entry& entry : entries_of(table))
      all.push_back(cells_of(page, timeline, table, entry, witnesses));
    if (all.size() == begin) all.push_back(empty_cells(page, table, witnesses));
    all[begin].table = name;
  }
  print_cells(page, all, snapshot.host, witnesses);

  for (const std::string& why : missing_in(snapshot))
    print_hanging(page, 4, page.glyphs().not_observed, 6, "not observed: " + why, Ink::doubtful);
  for (const std::string& text : snapshot.disagreements)
    print_hanging(page, 4, page.glyphs().fail, 6, "the witnesses disagree: " + text, Ink::bad);
  if (!snapshot.settled)
    print_hanging(page, 4, page.glyphs().not_observed, 6, "the tables changed while they were read",
                  Ink::doubtful);
}

void draw_last_snapshots(Page& page, const Timeline& timeline) {
  bool headed = false;
  for (const HostRecord& host : timeline.hosts) {
    const Snapshot* last = nullptr;
    std::size_t at = 0;
    for (const StepRecord& step : timeline.steps)
      for (const Snapshot& snapshot : step.snapshots)
        if (snapshot.host == host.name) last = &snapshot, at = step.index + 1;
    if (!last) continue;
    if (!headed) page.heading("Tables", "the last snapshot of each host");
    headed = true;
    page.blank();
    Snapshot named = *last;
    named.host = fmt::format("{}, step {}", host.name, at);
    draw_snapshot(page, timeline, named);
  }
}

}  // namespace lab::report
