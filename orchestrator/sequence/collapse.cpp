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

std::vector<std::size_t> messages_in(Rows::const_iterator from, Rows::const_iterator until) {
  std::vector<std::size_t> messages;
  for (; from != until; ++from)
    if (const Leg* leg = std::get_if<Leg>(&from->what)) messages.push_back(leg->message);
  return messages;
}

// Appends a row to `into` that stands for rows [from, until).
void put_collapsed(Rows::const_iterator from, Rows::const_iterator until, std::string words,
                   Rows& into) {
  into.push_back({from->time, from->step, Collapsed{messages_in(from, until), std::move(words)}});
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
  put_collapsed(from, until,
                words_for(sequence, likeness, messages_in(from, until), from->time,
                          std::prev(until)->time),
                into);
  std::move(until, end, std::back_inserter(into));
}

// --- exchanges that repeat ------------------------------------------------------------

// What a row says, without ports, numbers and the names of sockets that the scenario does not
// name. Empty: it never belongs to a repeated exchange.
std::string shape_of(const Sequence& sequence, const StateChange& change) {
  return fmt::format("{} {} {} {} {}", sequence.lanes[change.lane].host,
                     change.socket.find(':') == std::string::npos ? change.socket : "",
                     change.before ? to_string(*change.before) : "", to_string(change.after),
                     to_string(change.kind));
}

std::string shape_of(const Sequence& sequence, const SequenceRow& row) {
  if (const auto* change = std::get_if<StateChange>(&row.what)) return shape_of(sequence, *change);
  const Leg* leg = std::get_if<Leg>(&row.what);
  if (!leg) return "";
  const Message& message = sequence.messages[leg->message];
  const bool whole = leg->begin == 0 && leg->end == message.hops.size();
  const Flight& flight = message.first();
  if (!whole || !flight.segment || flight.injected || flight.again || message.crosses ||
      std::ranges::any_of(message.hops, &Hop::held))
    return "";
  std::string shape = fmt::format("{} > {} {} {} {} {}", message.from(), message.to(),
                                  flight.segment->flags.str(), flight.segment->length,
                                  static_cast<int>(message.fate), message.verdict);
  for (const PathRow& each : message.path)
    shape += fmt::format("\n{} {} {}", each.asker, each.what, each.outcome);
  for (const StateChange& change : message.changes) shape += "\n" + shape_of(sequence, change);
  return shape;
}

constexpr std::size_t longest_exchange = 16;  // rows
constexpr std::size_t fewest_exchanges = 4;   // fewer are all shown

// How often rows [begin, begin + size) occur, one after the other.
std::size_t times(const std::vector<std::string>& shapes, std::size_t begin, std::size_t size) {
  std::size_t count = 1;
  for (; begin + (count + 1) * size <= shapes.size(); ++count)
    for (std::size_t i = 0; i < size; ++i)
      if (shapes[begin + i] != shapes[begin + count * size + i]) return count;
  return count;
}

// The number of rows of the shortest exchange that repeats from here; 0: none. It opens or ends a
// connection: a stream of segments is collapsed by its likeness.
std::size_t exchange_at(const Sequence& sequence, const Rows& rows,
                        const std::vector<std::string>& shapes, std::size_t begin) {
  bool opens = false;
  for (std::size_t size = 1; size <= longest_exchange && begin + size <= rows.size(); ++size) {
    if (shapes[begin + size - 1].empty()) return 0;
    if (const Leg* leg = std::get_if<Leg>(&rows[begin + size - 1].what)) {
      const TcpFlags& flags = sequence.messages[leg->message].first().segment->flags;
      opens = opens || flags.syn || flags.fin || flags.rst;
    }
    if (opens && times(shapes, begin, size) >= fewest_exchanges) return size;
  }
  return 0;
}

// Keeps the first and the last exchange.
void collapse_exchanges(Sequence& sequence) {
  Rows old = std::exchange(sequence.rows, {});
  std::vector<std::string> shapes;
  for (const SequenceRow& row : old) shapes.push_back(shape_of(sequence, row));
  const auto row = [&old](std::size_t index) {
    return old.begin() + static_cast<std::ptrdiff_t>(index);
  };
  for (std::size_t i = 0; i < old.size();) {
    const std::size_t size = exchange_at(sequence, old, shapes, i);
    if (size == 0) {
      sequence.rows.push_back(std::move(old[i++]));
      continue;
    }
    const std::size_t count = times(shapes, i, size);
    const std::size_t last = i + (count - 1) * size;
    const std::size_t segments = messages_in(row(i), row(i + size)).size();
    std::move(row(i), row(i + size), std::back_inserter(sequence.rows));
    put_collapsed(row(i + size), row(last),
                  fmt::format("{} times more the same {}, in {}", count - 2,
                              segments == 1 ? "segment" : fmt::format("{} segments", segments),
                              duration(std::chrono::nanoseconds(old[last].time -
                                                                old[i + size].time))),
                  sequence.rows);
    std::move(row(last), row(last + size), std::back_inserter(sequence.rows));
    i = last + size;
  }
}

}  // namespace

void collapse(Sequence& sequence) {
  collapse_exchanges(sequence);
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
