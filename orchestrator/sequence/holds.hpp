// SPDX-License-Identifier: MIT
//
// Finds the packets that the lab has held. The capture is after the holding queue, so it sees
// packets when they are released, not when they are sent.
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

  // Whether the flight left because its host released it. `ready` is when it was ready to be
  // sent. If that is unknown, a packet that left during a release counts as held, until the host
  // sends something that acknowledges what has arrived since: held packets leave first.
  bool held(const Flight& flight, const std::optional<Timestamp>& ready) const;

  // Whether the host holds its packets at this moment.
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
