// SPDX-License-Identifier: MIT
#include "sequence/collapse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "draw/page.hpp"

namespace lab::sequence {
namespace {

using draw::duration;

using Rows = std::vector<SequenceRow>;

// What similar rows have in common, and how many of them remain.
struct Likeness {
  enum class Sort { none, other_protocol, stream, again } sort = Sort::none;
  std::string which;

  bool operator==(const Likeness&) const = default;
  std::size_t first_ones() const {
    return sort == Sort::other_protocol ? 0 : sort == Sort::stream ? 3 : 2;
  }
  std::size_t last_ones() const { return sort == Sort::other_protocol ? 0 : 1; }
  // Collapsing must save something.
  std::size_t least() const {
    return sort == Sort::other_protocol ? 2 : first_ones() + last_ones() + 3;
  }
};

std::string ends_of(const Segment& segment) {
  const auto [low, high] = std::minmax(segment.source, segment.destination);
  return low.str() + " " + high.str();
}

Likeness likeness_of(const Sequence& sequence, const SequenceRow& row) {
  using Sort = Likeness::Sort;
  const Leg* leg = std::get_if<Leg>(&row.what);
  if (!leg) return {};
  const Message& message = sequence.messages[leg->message];
  const bool whole = leg->begin == 0 && leg->end == message.hops.size();
  const Flight& flight = message.first();
  if (!whole || message.hops.front().held || !message.changes.empty() || flight.injected) return {};
  if (!message.is_segment()) {
    const bool error = flight.protocol.find(' ') != std::string::npos;
    return error ? Likeness{} : Likeness{Sort::other_protocol, flight.protocol};
  }
  const Segment& segment = *flight.segment;
  // Retransmissions of a segment are alike, whether lost or not.
  if (flight.again)
    return {Sort::again, fmt::format("{} {} {} {}", ends_of(segment), segment.flags.str(),
                                     segment.sequence, static_cast<int>(message.fate))};
  if (message.fate != Fate::arrived || segment.flags.syn || segment.flags.fin || segment.flags.rst)
    return {};
  return {Sort::stream, ends_of(segment)};
}

std::string words_for(const Sequence& sequence, const Likeness& likeness,
                      const std::vector<std::size_t>& messages, Timestamp begin, Timestamp end) {
  const std::string time = duration(std::chrono::nanoseconds(end - begin));
  switch (likeness.sort) {
    case Likeness::Sort::other_protocol:
      return fmt::format("{}, {} packets", likeness.which, messages.size());
    case Likeness::Sort::again:
      return fmt::format("sent {} more times, in {}", messages.size(), time);
    default:
      break;
  }
  std::uint64_t bytes = 0;
  for (const std::size_t each : messages) bytes += sequence.messages[each].first().segment->length;
  return fmt::format("{} more segments like these, {} bytes in {}", messages.size(), bytes, time);
}

// Appends rows [begin, end), which are alike, to `into`.
void put(const Sequence& sequence, const Likeness& likeness, Rows::iterator begin,
         Rows::iterator end, Rows& into) {
  const auto count = static_cast<std::size_t>(end - begin);
  if (likeness.sort == Likeness::Sort::none || count < likeness.least()) {
    std::move(begin, end, std::back_inserter(into));
    return;
  }
  const auto from = begin + static_cast<std::ptrdiff_t>(likeness.first_ones());
  const auto until = end - static_cast<std::ptrdiff_t>(likeness.last_ones());
  std::move(begin, from, std::back_inserter(into));
  Collapsed collapsed;
  for (auto row = from; row != until; ++row)
    collapsed.messages.push_back(std::get<Leg>(row->what).message);
  collapsed.words =
      words_for(sequence, likeness, collapsed.messages, from->time, std::prev(until)->time);
  into.push_back({from->time, from->step, std::move(collapsed)});
  std::move(until, end, std::back_inserter(into));
}

}  // namespace

void collapse(Sequence& sequence) {
  Rows old = std::exchange(sequence.rows, {});
  for (auto begin = old.begin(); begin != old.end();) {
    const Likeness likeness = likeness_of(sequence, *begin);
    auto end = std::next(begin);
    while (likeness.sort != Likeness::Sort::none && end != old.end() &&
           likeness_of(sequence, *end) == likeness)
      ++end;
    put(sequence, likeness, begin, end, sequence.rows);
    begin = end;
  }
}

}  // namespace lab::sequence
