// SPDX-License-Identifier: MIT
//
// A kernel table merged from its witnesses: one entry per socket, with the witnesses
// that saw it, and the text of a row.
#pragma once

#include <array>
#include <set>
#include <string>
#include <vector>

#include "record/timeline.hpp"

namespace lab {

// A table as its witnesses show it.
using WitnessedRows = std::vector<Witnessed>;

// A socket in a table, and the witnesses that show it like this.
struct Entry {
  Row row;  // with what only one of them reports
  std::set<Witness> witnesses;
};

// In the order of the first witness's rows. Where witnesses differ about a socket,
// it has several entries.
std::vector<Entry> entries_of(const WitnessedRows& table);

struct NamedTable {
  const char* name;
  const WitnessedRows& table;
};
// "listeners", "bound", "ehash".
std::array<NamedTable, 3> tables_of(const Snapshot& snapshot);

// Those who were asked for any of the tables, each once.
std::vector<Witness> witnesses_of(const Snapshot& snapshot);

// Whether this witness shows the entry, or, without one, whether it shows the table:
// pass, fail, or not observed.
Outcome shown_by(Witness witness, const WitnessedRows& table, const Entry* entry);

// "module: why not"; once for the host when it is the same for all of its tables,
// else with the tables' names: "bound, ehash, module: why not".
std::vector<std::string> missing_in(const Snapshot& snapshot);

// "LISTEN, queue 1 of 16"
std::string state_text(const Row& row);
// "624.0": bucket and position. Empty: no witness has it.
std::string place_text(const Row& row);

// The name that the scenario gave to this socket; empty: none.
std::string socket_name(const Timeline& timeline, const std::optional<std::uint64_t>& cookie);

// Whether two rows, of two witnesses or two moments, are of one socket.
bool same_socket(const Row& one, const Row& other);

// Whether witnesses agree about one socket, in the fields that all of them report.
bool same_in_common(const Row& one, const Row& other);

}  // namespace lab
