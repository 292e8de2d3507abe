// SPDX-License-Identifier: MIT
//
// A sequence: what happened in a run, apart from any drawing. Lanes, one a host, and rows
// in the order of time.
//
// Everything is derived from the timeline; pointers and indices go into it, so it
// must outlive the sequence. What no witness saw is left open, never guessed.
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
  std::optional<std::uint16_t> port;  // the only one that TCP ever used there
  bool forwards = false;              // a segment went on from here
};

// How a socket's state changed, and who says so.
struct StateChange {
  std::size_t lane = 0;
  std::string socket;              // the scenario's name of it, or "10.0.0.2:8888"
  std::optional<TcpState> before;  // nothing: this is how it was first seen
  TcpState after = TcpState::closed;
  Kind kind = Kind::full;
  bool traced = false;  // true: as it happened; false: seen in the tables of a step
};

// One link that a message crosses.
struct Hop {
  Flight flight;
  std::size_t from = 0, to = 0;  // lanes; the same one over lo
  // When it was there to be sent: TCP handed it to IP (the trace says so), or it
  // came in from the hop before. Of one that is held and that the trace does not
  // know, the latest moment at which TCP's rules allow it to have been made.
  std::optional<Timestamp> ready = {};
  bool ready_at_latest = false;  // `ready` is that latest moment, and not what was seen
  bool held = false;             // the lab kept it back between `ready` and flight.left
  // By NAT, how its ends read from here on: "natA:40000 > b:40001".
  std::string rewritten = {};

  bool is_leftward() const { return from > to; }
};

enum class Fate {
  arrived,
  lost_on_link,  // seen leaving, and at the other end never
  dropped,       // a Drop step lost it where it arrived
  stopped,       // it came to a host that is not its destination, and went no further
  never_left,    // TCP handed it to IP, and no interface saw it
};

// A segment, an ICMP error, or a packet of another protocol, with all of its hops.
struct Message {
  std::vector<Hop> hops;  // at least one
  Fate fate = Fate::arrived;
  std::string ports;  // "40001 > 8888", where the lanes' heads do not say it; else empty
  // On the host where it ended: what the kernel did with it, one line an event;
  // in one sentence; and which sockets changed their state by it.
  std::vector<const TraceEvent*> events;
  std::vector<PathRow> path;
  std::string verdict;
  std::vector<StateChange> changes;
  std::optional<std::size_t> answers;  // another message
  std::optional<std::size_t> crosses;  // another message, that was under way when this was
  bool simultaneous_open = false;      // both are bare SYNs

  const Flight& first() const { return hops.front().flight; }
  const Flight& last() const { return hops.back().flight; }
  bool is_segment() const { return first().segment.has_value(); }
  std::size_t from() const { return hops.front().from; }
  std::size_t to() const { return hops.back().to; }
};

// Hops of one message that follow each other at once: [begin, end).
struct Leg {
  std::size_t message = 0;
  std::size_t begin = 0, end = 0;
};

// From here on a message waits, until the leg that begins with this hop; for ever, if
// there is none.
struct Wait {
  std::size_t message = 0;
  std::size_t hop = 0;
};

// A step begins.
struct StepBegin {
  const StepRecord* step = nullptr;
  std::vector<const StepRecord*> also;  // steps that follow at once, and need no row of their own
  std::vector<std::size_t> lanes;       // where; empty: nowhere in particular
  // What is done. Of one that looks, at what: what it compares is in its checks.
  std::string text;
  std::string result;  // "ECONNREFUSED"; empty: nothing that the text does not say
  bool looks = false;  // it looks at something, and moves nothing
  Tally checks;        // of all these steps

  std::string numbers() const;  // "3", "3-5"; they count from 1
};

// A step has ended, and some of its checks failed.
struct StepFailed {
  const StepRecord* step = nullptr;
};

// What a kernel did with a segment of which no packet was captured.
struct Unseen {
  std::size_t lane = 0;
  std::string segment;  // "client:40000 > server:8888 S"
  std::vector<const TraceEvent*> events;
  std::vector<PathRow> path;
  std::string verdict;
};

// A stretch of legs that look alike, or of packets of another protocol.
struct Collapsed {
  std::vector<std::size_t> messages;
  std::string words;  // "240 more segments like these, 1048576 bytes"
};

struct SequenceRow {
  Timestamp time = 0;
  std::optional<std::size_t> step;  // StepRecord::index of the one under way
  std::variant<Leg, Wait, StepBegin, StepFailed, StateChange, Unseen, Collapsed> what;
};

struct Sequence {
  std::vector<Lane> lanes;
  std::vector<Message> messages;
  std::vector<SequenceRow> rows;
  Timestamp origin = 0;  // what times are counted from: the first row's
};

}  // namespace lab::sequence
