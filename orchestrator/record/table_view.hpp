// SPDX-License-Identifier: MIT
//
// The kernel's tables of one network namespace for display: rows with their processes,
// the witness of each table, and what no witness could show. collect/table_source makes
// these; tables/ and tui/ present them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/machine_facts.hpp"
#include "record/row.hpp"
#include "record/witness.hpp"

namespace lab {

// lhash2, bhash, ehash.
enum class Table { listeners, bound, ehash };
inline constexpr Table all_tables[] = {Table::listeners, Table::bound, Table::ehash};
std::string_view to_string(Table table);  // "listeners"; the word on the command line, too
std::optional<Table> table_from(std::string_view word);

struct TableEntry {
  Row row;
  // "server (pid 4121, fd 3)", or why no process can be named.
  std::string process;
  std::vector<Holder> holders;
};

// One table at one moment.
struct ObservedTable {
  Table table = Table::listeners;
  std::optional<Witness> witness;  // module, sock_diag; nothing: no witness could show it
  std::vector<TableEntry> entries;
  std::string not_observed;  // why no witness could show it; empty: one did

  bool by_module() const { return witness == Witness::module; }
};

// Some or all tables of one namespace.
struct TableView {
  std::vector<ObservedTable> tables;
  // What the witnesses could not show of the tables above, and why.
  std::vector<std::string> not_observed;
};

}  // namespace lab
