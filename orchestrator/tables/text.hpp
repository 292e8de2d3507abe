// SPDX-License-Identifier: MIT
//
// The tables on paper. One line a socket, never wrapped, as ss(8) prints them.
#pragma once

#include <ostream>

#include "record/table_view.hpp"
#include "draw/style.hpp"

namespace lab::tables {

void print_text(const TableView& view, std::ostream& out, const draw::Style& style);

}  // namespace lab::tables
