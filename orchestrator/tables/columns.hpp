// SPDX-License-Identifier: MIT
//
// How a row is laid out in columns: the same on paper (tables/text) and live
// (tables/console). As ss(8) has them, and what ss does not show. Pure.
#pragma once

#include <string>
#include <vector>

#include "record/table_view.hpp"

namespace lab::tables {

struct Column {
  std::string title;
  bool to_right = false;  // numbers
};

// The columns of a table, and a row's words for them, as many.
std::vector<Column> columns_of(Table table);
std::vector<std::string> cells_of(Table table, const TableEntry& entry);

// Leaves out the columns that have nothing in any row ("-"): a place in a chain
// where sock_diag is the witness, say.
void leave_out_empty(std::vector<Column>& columns, std::vector<std::vector<std::string>>& rows);

// Of each column, its widest cell or its title.
std::vector<std::size_t> widths_of(const std::vector<Column>& columns,
                                   const std::vector<std::vector<std::string>>& rows);
// The cell in its column: filled up with blanks on one side or the other.
std::string padded(const std::string& cell, const Column& column, std::size_t width);

// Whether the row has another end. A listener has none.
bool has_peer(const Row& row);

// A SYN to this listener is dropped: its accept queue is full (sk_acceptq_is_full()).
bool is_full(const Row& row);

}  // namespace lab::tables
