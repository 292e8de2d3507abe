// SPDX-License-Identifier: MIT
#include "tables/text.hpp"

#include <fmt/format.h>

#include "draw/page.hpp"
#include "tables/columns.hpp"

namespace lab::tables {
namespace {

using draw::Ink;
using draw::Line;
using draw::Page;

std::string title_of(Table table) {
  switch (table) {
    case Table::listeners:
      return "Listeners";
    case Table::bound:
      return "Bound";
    case Table::ehash:
      return "Connections";
  }
  return "?";
}

std::string remark_on(const ObservedTable& seen) {
  const char* hash = seen.table == Table::listeners ? "lhash2"
                     : seen.table == Table::bound   ? "bhash"
                                                    : "ehash";
  if (!seen.witness) return fmt::format("{}, not observed", hash);
  return fmt::format("{}, by {}", hash, seen.by_module() ? "the module" : to_string(*seen.witness));
}

Ink ink_of(const Row& row) {
  if (is_full(row)) return Ink::bad;
  switch (row.state) {
    case TcpState::listen:
    case TcpState::established:
      return Ink::good;
    case TcpState::syn_sent:
    case TcpState::syn_received:
    case TcpState::closed:
      return Ink::doubtful;
    default:
      return Ink::faint;
  }
}

void print_rows(const ObservedTable& seen, Page& page) {
  auto columns = columns_of(seen.table);
  std::vector<std::vector<std::string>> rows;
  for (const TableEntry& entry : seen.entries) rows.push_back(cells_of(seen.table, entry));
  leave_out_empty(columns, rows);
  const auto widths = widths_of(columns, rows);
  // The last column, a process, may be a sentence: it wraps, below the row if it must.
  const std::size_t last = columns.size() - 1;
  std::size_t before = 0;
  for (std::size_t at = 0; at < last; ++at) before += widths[at] + 2;
  constexpr std::size_t worth_it = 24;
  const bool beside = before + std::min(widths[last], worth_it) <= page.width();
  const auto print = [&](Ink first, Ink rest, const auto& cell_at) {
    Line line;
    std::size_t column = 0;
    for (std::size_t at = 0; at < last; ++at) {
      const std::string cell = cell_at(at);
      if (columns[at].to_right)
        line.to_right(column + widths[at], cell);
      else
        line.to(column);
      line.add(cell, at == 0 ? first : rest);
      column += widths[at] + 2;
    }
    if (!beside) line.print(page);
    const std::size_t from = beside ? before : 4;
    for (const std::string& part : draw::wrapped(cell_at(last), page.width() - from)) {
      if (line.columns() > from || !beside) line = Line();
      line.to(from).add(part, rest).print(page);
    }
  };
  print(Ink::faint, Ink::faint, [&](std::size_t at) { return columns[at].title; });
  for (std::size_t each = 0; each < rows.size(); ++each)
    print(ink_of(seen.entries[each].row), Ink::plain,
          [&](std::size_t at) { return rows[each][at]; });
}

}  // namespace

void print_text(const TableView& view, std::ostream& out, const draw::Style& style) {
  Page page(out, style);
  bool first = true;
  for (const ObservedTable& seen : view.tables) {
    if (!first) page.blank();
    first = false;
    Line()
        .add(title_of(seen.table), Ink::strong)
        .add("   ")
        .add(remark_on(seen), Ink::faint)
        .print(page);
    if (!seen.not_observed.empty())
      draw::print_hanging(page, 2, page.glyphs().not_observed, 4,
                          fmt::format("not observed: {}", seen.not_observed));
    else if (seen.entries.empty())
      Line().to(2).add("no socket", Ink::faint).print(page);
    else
      print_rows(seen, page);
  }
  if (!view.not_observed.empty()) {
    page.heading("Not observed");
    for (const std::string& each : view.not_observed)
      draw::print_hanging(page, 2, page.glyphs().not_observed, 4, each);
  }
  out.flush();
}

}  // namespace lab::tables
