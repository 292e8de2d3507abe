// SPDX-License-Identifier: MIT
//
// Prints the tables. One line per socket, never wrapped, as ss(8) does.
#pragma once

#include <ostream>

#include "record/table_view.hpp"
#include "draw/style.hpp"

namespace lab::tables {

void print_text(const TableView& view, std::ostream& out, const draw::Style& style);

}  // namespace lab::tables
