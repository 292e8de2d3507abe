// SPDX-License-Identifier: MIT
//
// Which packets the lab has held back. A capture is behind the queue that holds
// them, so it sees them when they are released and not when they were made.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sequence/flight.hpp"

namespace lab::sequence {

class Holds {
 public:
  // `all`: every flight of the run. Both must outlive the object.
  Holds(const Timeline& timeline, const std::vector<Flight>& all);

  // Whether the flight left because its host released it. `ready`: when it was
  // there to be sent. Where that is not known, one that left during a release counts as
  // held until the host has sent something that acknowledges what came in meanwhile:
  // what was held goes first.
  bool held(const Flight& flight, const std::optional<Timestamp>& ready) const;

  // Whether the host holds back at this moment what it sends.
  bool holding(const std::string& host, Timestamp at) const;

 private:
  struct Span {
    std::string host;
    Timestamp begin, end;
  };
  bool answers_within(const Flight& flight, const Span& release) const;
  bool is_after_answer(const Flight& flight, const Span& release) const;

  const std::vector<Flight>& all_;
  std::vector<Span> releases_, holds_;
};

}  // namespace lab::sequence
