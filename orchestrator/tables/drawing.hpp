// SPDX-License-Identifier: MIT
//
// A drawing of a lookup: the SYN goes down past each table, and stops at a hit.
#pragma once

#include <ostream>

#include "record/lookups.hpp"
#include "draw/style.hpp"

namespace lab::tables {

void print_text(const Lookups& lookups, std::ostream& out, const draw::Style& style);

}  // namespace lab::tables
