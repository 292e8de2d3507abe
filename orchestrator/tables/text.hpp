// SPDX-License-Identifier: MIT
//
// The tables on paper. One line a socket, never wrapped, as ss(8) prints them.
#pragma once

#include <ostream>

#include "draw/style.hpp"
#include "tables/entry.hpp"

namespace lab::tables {

void print_text(const View& view, std::ostream& out, const draw::Style& style);

}  // namespace lab::tables
