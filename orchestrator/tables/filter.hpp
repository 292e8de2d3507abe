// SPDX-License-Identifier: MIT
//
// Selects the rows to show. Conditions of different kinds must all hold: one of the
// states, each of the ends, the text. Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "record/table_view.hpp"

namespace lab::tables {

// One end of a socket: "10.0.0.1:80", "10.0.0.1", ":80". An empty part matches any.
struct End {
  std::optional<Address> address;
  std::optional<std::uint16_t> port;

  // Whether one of the row's ends matches. An IPv4 address matches its IPv4-mapped form, too.
  bool fits(const Row& row) const;
  std::string str() const;
  bool operator==(const End&) const = default;
};

// Nothing: the word is not an end. "10.0.0.1:80", "[fd00::1]:80",
// "10.0.0.1", "10.0.0.1:*", "[fd00::1]", ":80", "*:80".
std::optional<End> end_from(std::string_view word);

// The states that a word means, in either case: one of RFC 9293's, one of
// ss(8)'s ("estab", "syn-recv", "listening"), or one of ss's groups:
// "connected", "synchronized", "bucket". Nothing: none.
std::optional<std::set<TcpState>> states_from(std::string_view word);
// The same; throws UsageError, which names the nearest word.
std::set<TcpState> require_states(std::string_view word);

struct Filter {
  std::set<TcpState> states;  // empty: any
  std::vector<End> ends;
  std::vector<std::string> texts;  // each somewhere in the row as it is printed, in either case

  bool matches(Table table, const TableEntry& entry) const;
  bool empty() const { return states.empty() && ends.empty() && texts.empty(); }
  std::string str() const;  // "LISTEN :80 nginx"
};

// What the user types in the live view: each word is a state, an end, or else a text.
Filter filter_from(std::string_view line);

// What to show, from the words of the command line.
struct Asked {
  // In the order of all_tables. A bind table that is shown with the others leaves out the
  // rows that the others have.
  std::vector<Table> tables;
  Filter filter;

  bool all() const { return tables.size() > 1; }
};

// `words`: tables ("all" means each) and ends; `states`: as --state gives them.
// Throws UsageError that says what to write instead.
Asked parse_asked(const std::vector<std::string>& words, const std::vector<std::string>& states);

// Keeps the matching rows. Returns how many there were before.
std::size_t keep_asked(TableView& view, const Asked& asked);

}  // namespace lab::tables
