// SPDX-License-Identifier: MIT
//
// Reads the module's text (include/tcp_lookup/contract.h): a header that names
// the columns, then rows of as many words. Columns are found by name, so that
// a newer module may add some. A missing column, a row that is too short or an invalid
// word is an EnvironmentError: the module and this program were built from different
// trees.
//
// Pure: text in, words out. Rows are not copied: the text must outlive the
// reader, or its use of that piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/text.hpp"

namespace lab {

class TableReader {
 public:
  // The place of a column in this text's rows.
  using Column = std::size_t;

  // `view` names the text in errors: "/proc/net/tcp_lookup/ehash". Reads as far
  // as the header. `columns` are the names that must be there, as the contract
  // lists them. Throws EnvironmentError when one is not.
  TableReader(std::string_view view, std::string_view text, std::string_view columns);

  bool has(std::string_view name) const { return find(name).has_value(); }
  std::optional<Column> find(std::string_view name) const;
  // Throws EnvironmentError when there is no such column.
  Column column(std::string_view name) const;

  // Moves to the next row; false at the end. Throws EnvironmentError when the
  // row has more or fewer words than the header, or the last line is cut off.
  bool next();

  // Continues with `text`, whole lines that follow those read so far: for an endless
  // view, which comes in pieces and has one header. Call it when next() has returned
  // false.
  void go_on(std::string_view text) { rest_ = text; }

  // Words of the current row.
  std::string_view word(Column column) const { return row_[column]; }
  bool is_blank(Column column) const { return row_[column] == "-"; }
  // A number in base 10; nothing for "-". Throws EnvironmentError on anything else.
  template <typename Integer>
  std::optional<Integer> number(Column column) const {
    if (is_blank(column)) return std::nullopt;
    if (const auto value = to_integer<Integer>(row_[column])) return value;
    bad(column, "a number or '-'");
  }
  // "0" or "1"; nothing for "-". Throws EnvironmentError on anything else.
  std::optional<bool> flag(Column column) const;

  // Throws EnvironmentError: the word in this column of the current row is not
  // what was expected.
  [[noreturn]] void bad(Column column, std::string_view expected) const;
  // Throws EnvironmentError about the current line.
  [[noreturn]] void bad_line(std::string_view what) const;

 private:
  // The next line that is no remark; false at the end.
  bool next_line(std::string_view& line);

  std::string view_;
  std::string_view rest_;
  std::size_t line_ = 0;             // counted from 1, remarks included
  std::vector<std::string> header_;  // copied, as it outlasts its piece of a text
  std::vector<std::string_view> row_;
};

}  // namespace lab
