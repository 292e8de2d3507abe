// SPDX-License-Identifier: MIT
//
// How a row is laid out in columns: the same printed (tables/text) and live
// (tui/console). The columns of ss(8), and more. Pure.
#pragma once

#include <string>
#include <vector>

#include "record/table_view.hpp"

namespace lab::tables {

struct Column {
  std::string title;
  bool to_right = false;  // numbers
};

// The columns of a table, and a row's cells for them, in the same order.
std::vector<Column> columns_of(Table table);
std::vector<std::string> cells_of(Table table, const TableEntry& entry);

// Leaves out the columns that are empty ("-") in every row: for example the place in a
// chain, where sock_diag is the witness.
void leave_out_empty(std::vector<Column>& columns, std::vector<std::vector<std::string>>& rows);

// The width of each column: of its widest cell or its title.
std::vector<std::size_t> widths_of(const std::vector<Column>& columns,
                                   const std::vector<std::vector<std::string>>& rows);
// The cell padded to its column's width, on the left or the right.
std::string padded(const std::string& cell, const Column& column, std::size_t width);

// Whether the row has a remote end. A listener has none.
bool has_peer(const Row& row);

// A SYN to this listener is dropped: its accept queue is full (sk_acceptq_is_full()).
bool is_full(const Row& row);

}  // namespace lab::tables
