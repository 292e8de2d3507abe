// SPDX-License-Identifier: MIT
//
// The TCP segments and ICMP errors that a host's interfaces saw, as a scenario describes them:
// each once, in order, with relative numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// The initial sequence numbers that a host has seen: for each direction, that of the last SYN.
// An injected SYN does not start another connection, so it counts only if it is the first.
class InitialNumbers {
 public:
  void see(const Packet& packet);
  // Nothing: no SYN was seen in that direction.
  std::optional<std::uint32_t> of(const Endpoint& from, const Endpoint& to) const;

 private:
  std::map<std::pair<Endpoint, Endpoint>, std::uint32_t> numbers_;
};
// Those that this host has seen so far.
InitialNumbers initial_numbers(const Timeline& timeline, const std::string& host);

// The first timestamp value (TSval) of that direction that this host has seen, if no Inject step
// sent it; nothing: there is none, or it was injected, so that its values are those of the file.
std::optional<std::uint32_t> first_timestamp(const Timeline& timeline, const std::string& host,
                                             const Endpoint& from, const Endpoint& to);

struct NumberedSegment {
  const Packet* packet;  // in the timeline; its `segment` is set
  // Relative to the initial sequence numbers of sender and receiver. As on the wire if this host
  // has seen no SYN in that direction (a reset has sequence number 0).
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;  // meaningless without ACK
};

// In the order in which the interfaces saw them. A segment over lo is captured twice and counts
// once, when it leaves.
std::vector<NumberedSegment> segments_at(const Timeline& timeline, const std::string& host);

// The segments that step `step_index`, a Packets step, may claim: all at its host except those
// that earlier Packets steps at that host have claimed. A step with `are` or `begin` claims as
// many as it lists; a step with `has`, or a skipped one, claims none. So the window does not
// depend on timing. If packets were held for too long (repeats.hpp), retransmissions are
// omitted, because a scenario cannot predict them.
std::vector<NumberedSegment> window(const Timeline& timeline, const scenario::Scenario& scenario,
                                    std::size_t step_index);

// The segments behind those that the step has claimed: its window without them.
std::vector<NumberedSegment> behind(const Timeline& timeline, const scenario::Scenario& scenario,
                                    std::size_t step_index);

// Where the expected segments end among the seen ones, from `begin` on, if they match: the index
// behind the last of them. Skips `timers` (repeats.hpp) that are not expected. If one does not
// match: nothing, and `at` is the index of the first that differs (or the number of segments) and
// `missing` that of the expected one.
struct Alignment {
  std::optional<std::size_t> end;
  std::size_t at = 0, missing = 0;
};
Alignment align(const Timeline& timeline, const std::vector<NumberedSegment>& seen,
                std::size_t begin, const std::vector<scenario::ExpectedSegment>& expected,
                const std::set<const Packet*>& timers);

// The window, with the ICMP errors that the host's interfaces saw in between; for an error
// `icmp` is set instead of `segment`.
std::vector<NumberedSegment> window_with_errors(const Timeline& timeline,
                                                const scenario::Scenario& scenario,
                                                std::size_t step_index);

// "server > client R. seq 0 ack 1 length 0", "server > client icmp port-unreachable"
std::string describe(const Timeline& timeline, const NumberedSegment& segment);

}  // namespace lab::check
