// SPDX-License-Identifier: MIT
//
// The rows of the module's tables as values. All views share the columns that
// describe a socket, so one class reads them; a view that lacks one of them
// leaves that field of Row as it was. Pure.
//
// Every function throws EnvironmentError, naming `view` and the line, when the
// text violates the contract (see view/table.hpp).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/row.hpp"
#include "view/table.hpp"

namespace lab {

// Reads the socket that the current row of a table describes.
class RowReader {
 public:
  // The table must outlive the reader.
  explicit RowReader(const TableReader& table);
  Row read() const;

 private:
  using Column = TableReader::Column;

  Endpoint endpoint(Column address, Column port, Family none) const;

  const TableReader& table_;
  Column local_address_, local_port_, device_, uid_, inode_, cookie_;
  std::optional<Column> remote_address_, remote_port_, family_, kind_, state_, role_, v6only_,
      reuseaddr_, reuseport_, accept_queue_, accept_queue_max_, bucket_, position_;
};

std::vector<Row> listeners_from(std::string_view view, std::string_view text);
std::vector<Row> bound_from(std::string_view view, std::string_view text);
std::vector<Row> ehash_from(std::string_view view, std::string_view text);

// Name → value of each fact of the view "info".
std::map<std::string, std::string> info_from(std::string_view view, std::string_view text);

}  // namespace lab
