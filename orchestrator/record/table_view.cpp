// SPDX-License-Identifier: MIT
#include "record/table_view.hpp"

#include "tcp_lookup/contract.h"

namespace lab {

std::string_view to_string(Table table) {
  switch (table) {
    case Table::listeners:
      return TCP_LOOKUP_VIEW_LISTENERS;
    case Table::bound:
      return TCP_LOOKUP_VIEW_BOUND;
    case Table::ehash:
      return TCP_LOOKUP_VIEW_EHASH;
  }
  return "?";
}

std::optional<Table> table_from(std::string_view word) {
  for (const Table table : all_tables)
    if (word == to_string(table)) return table;
  return std::nullopt;
}

}  // namespace lab
