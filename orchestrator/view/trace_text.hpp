// SPDX-License-Identifier: MIT
//
// Parses the module's view "trace". The text has one header and no end, and comes in
// pieces that may end anywhere, even within a word. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/trace.hpp"
#include "view/table.hpp"

namespace lab {

class TraceText {
 public:
  // `view` names the text in errors, `host` goes into the events.
  TraceText(std::string view, std::string host);

  // Takes the next piece and appends the events whose lines it completes.
  // Throws EnvironmentError, naming the view and the line, when the text violates the
  // contract.
  void feed(std::string_view piece, std::vector<TraceEvent>& into);

  // How many events were lost so far because the reader was too slow. The view's
  // rows "lost" are counted here and are not events.
  std::uint64_t lost() const { return lost_; }

 private:
  void read_rows(std::vector<TraceEvent>& into);

  std::string view_;
  std::string host_;
  std::string whole_;                 // lines that are complete; the table refers to them
  std::string rest_;                  // the beginning of a line
  std::optional<TableReader> table_;  // none until the header has come
  std::uint64_t lost_ = 0;
};

}  // namespace lab
