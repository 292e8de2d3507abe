// SPDX-License-Identifier: MIT
//
// What SYNs would meet: the module's answers, or what is inferred without it,
// and who holds the sockets that were found. Pure.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "record/machine_facts.hpp"
#include "record/lookup.hpp"

namespace lab::tables {

struct Lookups {
  std::vector<LookupAnswer> answers;  // in the order of the questions
  bool inferred = false;              // by infer(), from sock_diag's rows
  Processes processes;       // of the sockets in the answers
  std::vector<std::string> not_observed;
};

// The connection would come about: a listener takes the SYN, or a socket that
// is connecting itself. As explain's exit code has it.
bool is_success(const LookupAnswer& answer);

// "10.0.0.1:40000" "10.0.0.2:80". Throws UsageError that says what to write.
Tuple parse_tuple(const std::string& source, const std::string& destination,
                  const std::string& device);

// Lines of "SRC:PORT DST:PORT [dev NAME]"; empty ones, and those that begin with
// '#', are passed over. `device` is for lines that name none. Throws UsageError
// that names the line.
std::vector<Tuple> read_tuples(std::istream& in, const std::string& device);

}  // namespace lab::tables
