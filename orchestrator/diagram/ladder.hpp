// SPDX-License-Identifier: MIT
//
// A run as one sequence diagram, as far as its words go: what stands in each row. It is
// drawn on a text page (ladder_text.hpp) and as SVG (ladder_svg.hpp), which choose
// places and lines but no words, so that they cannot say different things.
// docs/ladder.md says how it is read. Pure.
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

// Words beside a lane's post.
struct Words {
  std::size_t lane = 0;
  draw::Text text;
  bool change = false;  // a socket's state changed: the post is marked
};

// A step begins.
struct StepRow {
  const StepRecord* step = nullptr;
  bool looks = false;   // it moves nothing
  draw::Span mark;      // of its outcome
  std::string numbers;  // "3", "3-5"
  std::size_t lane = 0;
  draw::Text text;           // what is done
  std::string result;        // what came of it; may be empty
  bool whole = false;        // `result` must not be shortened
  draw::Text after;          // counts of checks
  std::vector<Words> below;  // why a check was not observed, and the step's note
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
  bool waited = false;         // a HoldRow said that it waits
  std::vector<Words> arrival;  // what became of it at the other end
};

// Two that pass each other on their way, neither of which waited.
struct CrossRow {
  ArrowRow first, second;
};

// A stretch of messages that look alike.
struct CollapsedRow {
  std::size_t low = 0, high = 0;  // lanes; the same one over lo
  std::string text;
  std::optional<Timestamp> time;
  bool segments = false;  // false: another protocol's packets
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
  std::vector<draw::Span> remarks;  // below it, a line each

  const sequence::Message& message(std::size_t index) const { return sequence.messages[index]; }
};

struct LadderSettings {
  bool collapse = true;      // long stretches of the same
  bool every_event = false;  // of each path; else one line, where the path is a new one
};

// `timeline` must outlive the ladder. `glyphs` are those that the words may use.
Ladder ladder_of(const Timeline& timeline, const draw::Glyphs& glyphs,
                 const LadderSettings& settings = {});

// "1.500": milliseconds since the ladder's beginning.
std::string time_in_words(const Ladder& ladder, Timestamp time);

// Whether words about a lane stand to the right of its post, where there is more space.
bool words_right(const Ladder& ladder, std::size_t lane);

}  // namespace lab::diagram
