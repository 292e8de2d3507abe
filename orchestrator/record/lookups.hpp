// SPDX-License-Identifier: MIT
//
// What SYNs would meet: the module's answers, or the inferred ones, and the processes
// that have the sockets found.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "record/lookup.hpp"
#include "record/machine_facts.hpp"

namespace lab {

struct Lookups {
  std::vector<LookupAnswer> answers;  // in the order of the questions
  bool inferred = false;              // by infer(), from sock_diag's rows
  // Sockets that listen on, or are bound to, the port of an answer whose step "bind" found nobody:
  // they have it at another address.
  std::vector<Row> elsewhere;
  Processes processes;  // of the sockets in the answers, and of those
  std::vector<std::string> not_observed;
};

// Whether the connection would be established: a listener takes the SYN, or a socket that
// is connecting itself. The same rule as for explain's exit code.
bool is_success(const LookupAnswer& answer);

// The ports that nobody holds at the address that was asked for.
std::set<std::uint16_t> ports_without_holder(const std::vector<LookupAnswer>& answers);

}  // namespace lab
