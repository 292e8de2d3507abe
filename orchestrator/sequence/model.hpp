// SPDX-License-Identifier: MIT
//
// A sequence: what happened in a run, independent of any drawing. One lane per host, and rows
// sorted by time.
//
// It is derived from the timeline, which must outlive it, because pointers and indices refer to
// it. What no witness saw is left empty, never guessed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "record/timeline.hpp"
#include "sequence/flight.hpp"
#include "sequence/path_rows.hpp"

namespace lab::sequence {

struct Lane {
  std::string host;
  std::optional<std::uint16_t> port;  // if TCP used only one port there
  bool forwards = false;              // a segment was forwarded here
};

// A state change of a socket, and its source.
struct StateChange {
  std::size_t lane = 0;
  std::string socket;              // its name in the scenario, or "10.0.0.2:8888"
  std::optional<TcpState> before;  // nothing: first seen in `after`
  TcpState after = TcpState::closed;
  Kind kind = Kind::full;
  bool traced = false;  // true: from the trace; false: from a step's tables
};

// One link that a message crosses.
struct Hop {
  Flight flight;
  std::size_t from = 0, to = 0;  // lanes; the same over lo
  // When it was ready to be sent: when TCP passed it to IP (from the trace), or when it arrived
  // from the previous hop. For a held segment that was not traced, the latest time that TCP's
  // rules allow.
  std::optional<Timestamp> ready = {};
  bool ready_at_latest = false;  // `ready` is that latest time, not an observation
  bool held = false;             // the lab held it between `ready` and flight.left
  // Its ends after NAT at this hop: "natA:40000 > b:40001".
  std::string rewritten = {};

  bool is_leftward() const { return from > to; }
};

enum class Fate {
  arrived,
  lost_on_link,  // it left, but never arrived
  dropped,       // a Drop step dropped it on arrival
  stopped,       // it reached a host that did not forward it
  never_left,    // TCP passed it to IP, but no interface saw it
};

// A segment, an ICMP error, or a packet of another protocol, with all of its hops.
struct Message {
  std::vector<Hop> hops;  // at least one
  Fate fate = Fate::arrived;
  std::string ports;  // "40001 > 8888", where the lanes' heads do not say it; else empty
  // On the host where it ended: what the kernel did with it, one line per event; the same in one
  // sentence; and the state changes that it caused.
  std::vector<const TraceEvent*> events;
  std::vector<PathRow> path;
  std::string verdict;
  std::vector<StateChange> changes;
  std::optional<std::size_t> answers;  // another message
  std::optional<std::size_t> crosses;  // another message, in flight at the same time
  bool simultaneous_open = false;      // both are bare SYNs

  const Flight& first() const { return hops.front().flight; }
  const Flight& last() const { return hops.back().flight; }
  bool is_segment() const { return first().segment.has_value(); }
  std::size_t from() const { return hops.front().from; }
  std::size_t to() const { return hops.back().to; }
};

// Consecutive hops of one message without a wait: [begin, end).
struct Leg {
  std::size_t message = 0;
  std::size_t begin = 0, end = 0;
};

// A message waits from here until the leg that begins with this hop; if there is none, to the
// end.
struct Wait {
  std::size_t message = 0;
  std::size_t hop = 0;
};

// A step begins.
struct StepBegin {
  const StepRecord* step = nullptr;
  std::vector<const StepRecord*> also;  // following steps that share the row
  std::vector<std::size_t> lanes;       // empty: no particular lane
  // What it does or, if it observes, its subject: expectations are in the checks.
  std::string text;
  std::string result;  // "ECONNREFUSED"; empty: nothing to add
  bool looks = false;  // it only observes
  Tally checks;        // of all these steps

  std::string numbers() const;  // "3", "3-5"; they count from 1
};

// The end of a step with failed checks.
struct StepFailed {
  const StepRecord* step = nullptr;
};

// What a kernel did with a segment whose packet was not captured.
struct Unseen {
  std::size_t lane = 0;
  std::string segment;  // "client:40000 > server:8888 S"
  std::vector<const TraceEvent*> events;
  std::vector<PathRow> path;
  std::string verdict;
};

// A sequence of similar legs, or of packets of another protocol.
struct Collapsed {
  std::vector<std::size_t> messages;
  std::string words;  // "240 more segments like these, 1048576 bytes"
};

struct SequenceRow {
  Timestamp time = 0;
  std::optional<std::size_t> step;  // StepRecord::index of the current step
  std::variant<Leg, Wait, StepBegin, StepFailed, StateChange, Unseen, Collapsed> what;
};

struct Sequence {
  std::vector<Lane> lanes;
  std::vector<Message> messages;
  std::vector<SequenceRow> rows;
  Timestamp origin = 0;  // times are relative to it: the first row's
};

}  // namespace lab::sequence
