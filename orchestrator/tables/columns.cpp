// SPDX-License-Identifier: MIT
#include "tables/columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "draw/page.hpp"
#include "util/printable.hpp"

namespace lab::tables {
namespace {

template <typename Number>
std::string number(const std::optional<Number>& value) {
  return value ? fmt::format("{}", *value) : "-";
}

// The socket's options, as a column of words.
std::string options_of(const Row& row) {
  std::vector<std::string> options;
  if (!row.device.empty()) options.push_back("dev:" + row.device);
  if (row.v6only.value_or(false)) options.emplace_back("v6only");
  if (row.reuseaddr.value_or(false)) options.emplace_back("reuseaddr");
  if (row.reuseport.value_or(false)) options.emplace_back("reuseport");
  return options.empty() ? "-" : fmt::format("{}", fmt::join(options, ","));
}

std::string peer_of(const Row& row) { return has_peer(row) ? row.remote.str() : "-"; }

}  // namespace

bool has_peer(const Row& row) { return row.remote.port != 0 || !row.remote.address.is_any(); }

bool is_full(const Row& row) {
  return row.accept_queue && row.accept_queue_max && *row.accept_queue > *row.accept_queue_max;
}

std::vector<Column> columns_of(Table table) {
  switch (table) {
    case Table::listeners:
      return {{"State"},        {"Recv-Q", true}, {"Send-Q", true}, {"Local Address:Port"},
              {"Bucket", true}, {"Pos", true},    {"Options"},      {"Process"}};
    case Table::bound:
      return {
          {"State"},   {"Role"},   {"Local Address:Port"}, {"Peer Address:Port"}, {"Bucket", true},
          {"Options"}, {"Process"}};
    case Table::ehash:
      return {{"State"},
              {"Kind"},
              {"Local Address:Port"},
              {"Peer Address:Port"},
              {"Bucket", true},
              {"Pos", true},
              {"Options"},
              {"Process"}};
  }
  return {};
}

std::vector<std::string> cells_of(Table table, const TableEntry& entry) {
  const Row& row = entry.row;
  std::string state(to_string(row.state));
  switch (table) {
    case Table::listeners:
      return {std::move(state),
              number(row.accept_queue),
              number(row.accept_queue_max),
              row.local.str(),
              number(row.bucket),
              number(row.position),
              options_of(row),
              printable_line(entry.process)};
    case Table::bound:
      return {std::move(state),   row.role ? std::string(to_string(*row.role)) : "-",
              row.local.str(),    peer_of(row),
              number(row.bucket), options_of(row),
              printable_line(entry.process)};
    case Table::ehash:
      return {std::move(state),   std::string(to_string(row.kind)),
              row.local.str(),    peer_of(row),
              number(row.bucket), number(row.position),
              options_of(row),    printable_line(entry.process)};
  }
  return {};
}

void leave_out_empty(std::vector<Column>& columns, std::vector<std::vector<std::string>>& rows) {
  for (std::size_t at = columns.size(); at-- > 0;) {
    const bool empty = !rows.empty() && std::ranges::all_of(rows, [at](const auto& cells) {
      return cells[at] == "-";
    });
    if (!empty) continue;
    const auto place = static_cast<std::ptrdiff_t>(at);
    columns.erase(columns.begin() + place);
    for (auto& cells : rows) cells.erase(cells.begin() + place);
  }
}

std::vector<std::size_t> widths_of(const std::vector<Column>& columns,
                                   const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const Column& column : columns) widths.push_back(column.title.size());
  for (const auto& cells : rows)
    for (std::size_t at = 0; at < widths.size(); ++at)
      widths[at] = std::max(widths[at], draw::columns(cells[at]));
  return widths;
}

std::string padded(const std::string& cell, const Column& column, std::size_t width) {
  const std::size_t wide = draw::columns(cell);
  const std::string blanks(width > wide ? width - wide : 0, ' ');
  return column.to_right ? blanks + cell : cell + blanks;
}

}  // namespace lab::tables
