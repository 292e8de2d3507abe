// SPDX-License-Identifier: MIT
//
// The rows and words of a run's sequence diagram. ladder_text.hpp and ladder_svg.hpp draw it and
// choose only positions and lines, so that both say the same. docs/ladder.md explains how to
// read it. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "diagram/checks.hpp"
#include "draw/page.hpp"
#include "draw/text.hpp"
#include "record/timeline.hpp"
#include "sequence/sequence.hpp"

namespace lab::diagram {

// Words next to a lane's post.
struct Words {
  std::size_t lane = 0;
  draw::Text text;
  bool change = false;  // mark the post: a socket's state changed
};

// A step begins.
struct StepRow {
  const StepRecord* step = nullptr;
  bool looks = false;   // it only observes
  draw::Span mark;      // of its outcome
  std::string numbers;  // "3", "3-5"
  std::size_t lane = 0;
  draw::Text text;           // what is done
  std::string result;        // its result; may be empty
  bool whole = false;        // `result` must not be shortened
  draw::Text after;          // counts of checks
  std::vector<Words> below;  // reasons for checks not observed, and the step's note
};

// From here on a message waits at its sender.
struct HoldRow {
  std::size_t message = 0, hop = 0;
  draw::Text label;
  std::optional<Timestamp> time;
  bool for_ever = false;
};

// A message crosses the links of some of its hops, [begin, end).
struct ArrowRow {
  std::size_t message = 0, begin = 0, end = 0;
  draw::Text label;
  std::optional<Timestamp> time;
  bool waited = false;         // a HoldRow precedes it
  std::vector<Words> arrival;  // what happened to it at the other end
};

// Two messages that cross, neither of which was held.
struct CrossRow {
  ArrowRow first, second;
};

// A sequence of similar messages.
struct CollapsedRow {
  std::size_t low = 0, high = 0;  // lanes; the same one over lo
  std::string text;
  std::optional<Timestamp> time;
  bool segments = false;  // false: packets of another protocol
};

// A segment of which no packet was captured.
struct UnseenRow {
  std::vector<Words> words;
};

using LadderRow = std::variant<StepRow, FailedChecks, HoldRow, ArrowRow, CrossRow, CollapsedRow,
                               Words, UnseenRow>;

struct Ladder {
  sequence::Sequence sequence;  // lanes and messages, which the rows refer to by index
  std::vector<LadderRow> rows;
  std::vector<Timestamp> times;     // of each row: when it began
  std::vector<draw::Span> remarks;  // below it, one per line

  const sequence::Message& message(std::size_t index) const { return sequence.messages[index]; }
};

struct LadderSettings {
  bool collapse = true;      // merge similar rows
  bool every_event = false;  // of each segment trace; otherwise one line for each new trace
};

// `timeline` must outlive the ladder. The words use `glyphs`.
Ladder ladder_of(const Timeline& timeline, const draw::Glyphs& glyphs,
                 const LadderSettings& settings = {});

// "1.500": milliseconds since the beginning of the ladder.
std::string time_in_words(const Ladder& ladder, Timestamp time);

// Whether a lane's words go to the right of its post, because there is more space.
bool words_right(const Ladder& ladder, std::size_t lane);

}  // namespace lab::diagram
