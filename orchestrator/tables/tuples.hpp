// SPDX-License-Identifier: MIT
//
// The 4-tuples that a user asks about. Pure.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "record/lookup.hpp"

namespace lab::tables {

// "10.0.0.1:40000" "10.0.0.2:80". Throws UsageError that says what to write.
Tuple parse_tuple(const std::string& source, const std::string& destination,
                  const std::string& device);

// Lines of "SRC:PORT DST:PORT [dev NAME]"; empty ones, and those that begin with
// '#', are skipped. `device` is for lines that name none. Throws UsageError
// that names the line.
std::vector<Tuple> read_tuples(std::istream& in, const std::string& device);

}  // namespace lab::tables
