// SPDX-License-Identifier: MIT
#include "view/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tcp_lookup/contract.h"
#include "util/error.hpp"

namespace lab {
namespace {

// A table of ours never has longer or more words; an error message must not quote a
// megabyte.
constexpr std::size_t most_columns = 64;
constexpr std::size_t most_of_a_word = 80;

bool is_space(char letter) { return letter == ' ' || letter == '\t' || letter == '\r'; }

// util's words() makes a new vector for each line; a table has many lines.
void split_into(std::string_view line, std::vector<std::string_view>& into) {
  into.clear();
  std::size_t end = 0;
  while (into.size() <= most_columns) {
    std::size_t begin = end;
    while (begin < line.size() && is_space(line[begin])) ++begin;
    if (begin == line.size()) return;
    end = begin;
    while (end < line.size() && !is_space(line[end])) ++end;
    into.push_back(line.substr(begin, end - begin));
  }
}

}  // namespace

TableReader::TableReader(std::string_view view, std::string_view text, std::string_view columns)
    : view_(view), rest_(text) {
  std::string_view line;
  if (!next_line(line)) bad_line("it ends before the header that names its columns");
  split_into(line, row_);
  header_.assign(row_.begin(), row_.end());
  if (header_.size() > most_columns) bad_line(fmt::format("more than {} columns", most_columns));
  for (const std::string_view name : words(columns)) column(name);
}

std::optional<TableReader::Column> TableReader::find(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<Column>(found - header_.begin());
}

TableReader::Column TableReader::column(std::string_view name) const {
  if (const auto found = find(name)) return *found;
  bad_line(fmt::format("the header has no column \"{}\"", name));
}

bool TableReader::next() {
  std::string_view line;
  if (!next_line(line)) return false;
  split_into(line, row_);
  if (row_.size() != header_.size())
    bad_line(fmt::format("the header names {} columns, this row has {} words", header_.size(),
                         row_.size()));
  return true;
}

std::optional<bool> TableReader::flag(Column column) const {
  if (is_blank(column)) return std::nullopt;
  if (row_[column] == "0") return false;
  if (row_[column] == "1") return true;
  bad(column, "0, 1 or '-'");
}

void TableReader::bad(Column column, std::string_view expected) const {
  bad_line(fmt::format("column \"{}\" holds \"{}\"; expected {}", header_[column],
                       row_[column].substr(0, most_of_a_word), expected));
}

void TableReader::bad_line(std::string_view what) const {
  throw EnvironmentError(fmt::format(
      "{}, line {}: {}. The loaded tcp_lookup.ko and this program (schema {}) were built from "
      "different trees: build both from one, then unload the module and load the new one.",
      view_, line_, what, TCP_LOOKUP_SCHEMA));
}

bool TableReader::next_line(std::string_view& line) {
  while (!rest_.empty()) {
    ++line_;
    const std::size_t end = rest_.find('\n');
    // Every line of the kernel ends in a newline: one that does not was cut off, and
    // half a number looks like a number.
    if (end == std::string_view::npos) bad_line("the text ends in the middle of the line");
    line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    if (!line.starts_with('#') && !std::all_of(line.begin(), line.end(), is_space)) return true;
  }
  return false;
}

}  // namespace lab
