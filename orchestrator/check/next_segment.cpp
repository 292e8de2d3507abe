// SPDX-License-Identifier: MIT
#include "check/next_segment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <set>

#include "check/one_segment.hpp"
#include "check/parts.hpp"
#include "check/resolve.hpp"

namespace lab::check {
namespace {

using scenario::ExpectedSegment;
using Segments = std::vector<NumberedSegment>;

std::size_t expected_bytes(const ExpectedSegment& expected) {
  return expected.length ? static_cast<std::size_t>(expected.length->number) : 0;
}

std::size_t bytes_of(const Segments& segments) {
  std::size_t bytes = 0;
  for (const NumberedSegment& each : segments) bytes += each.packet->segment->length;
  return bytes;
}

// Whether waiting for more segments changes nothing: there are as many bytes as are expected, or a
// segment without data, which is no part of another one; or `strict`, and there is one.
bool are_whole(const Segments& segments, const ExpectedSegment& expected, bool strict) {
  return !segments.empty() && (strict || segments.back().packet->segment->length == 0 ||
                               bytes_of(segments) >= expected_bytes(expected));
}

// From `begin` on, as many as have the expected data, but at least one if there is one.
Segments taken_from(const Segments& all, std::size_t begin, const scenario::Packets& step) {
  const ExpectedSegment& expected = step.segments.front();
  Segments taken;
  while (begin < all.size() && !are_whole(taken, expected, step.strict))
    taken.push_back(all[begin++]);
  return taken;
}

// Those of one direction of one connection that no Inject step has sent.
Segments segments_between(const Timeline& timeline, const std::string& host,
                          const ExpectedSegment& ends) {
  Segments segments;
  for (const NumberedSegment& each : segments_at(timeline, host)) {
    const Packet& packet = *each.packet;
    if (!packet.injected && is_end(timeline, ends.from, packet.segment->source) &&
        is_end(timeline, ends.to, packet.segment->destination))
      segments.push_back(each);
  }
  return segments;
}

const scenario::Packets* next_step(const scenario::Scenario& scenario, std::size_t index) {
  const auto* packets = std::get_if<scenario::Packets>(&scenario.steps[index].action);
  return packets && packets->mode == scenario::Packets::Mode::next ? packets : nullptr;
}

// Why these parts are not one long segment, in words; empty: they are (packetdrill's
// verify_packet_fragments()).
std::string why_not_one(const Segments& parts) {
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Segment& before = *parts[i - 1].packet->segment;
    const Segment& part = *parts[i].packet->segment;
    if (part.sequence != before.sequence + before.length)
      return fmt::format("part {} begins at seq {} and not where part {} ends", i + 1,
                         parts[i].sequence, i);
    if (part.acknowledgment != before.acknowledgment || part.window != before.window)
      return fmt::format("part {} has another acknowledgment number or window than part {}", i + 1,
                         i);
    if (part.length != before.length && i + 1 < parts.size())
      return fmt::format("part {} has {} bytes and part {} {}", i, before.length, i + 1,
                         part.length);
  }
  return "";
}

// The headers of several parts are those of the last one, except for the sequence number
// (packetdrill's aggregate_packets()). `tolerance`: nanoseconds that a timestamp may be off.
std::string difference_of(const Timeline& timeline, const ExpectedSegment& expected,
                          const Segments& parts, std::int64_t tolerance) {
  if (const std::string why = why_not_one(parts); !why.empty()) return why;
  const NumberedSegment& last = parts.back();
  const std::size_t bytes = bytes_of(parts), before = bytes - last.packet->segment->length;
  if (parts.size() > 1 && bytes != expected_bytes(expected))
    return fmt::format("{} segments with {} bytes instead of {}", parts.size(), bytes,
                       expected_bytes(expected));
  ExpectedSegment rest = expected;
  if (before > 0) {
    if (rest.sequence) rest.sequence->number += static_cast<std::int64_t>(before);
    rest.length->number -= static_cast<std::int64_t>(before);
    rest.flags.cwr = last.packet->segment->flags.cwr;
  }
  if (rest.options)
    for (scenario::ListedOption& option : *rest.options)
      if (option.tick > 0)
        option.tolerance = static_cast<std::uint32_t>(tolerance / 1000 / option.tick);
  const auto found = difference(timeline, rest, last);
  if (!found) return "";
  return found->seen.empty() ? found->field : fmt::format("{}: {}", found->field, found->seen);
}

double in_ms(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }

// How far the segment is from its time, in words; empty: it came in time. One that comes in parts
// is there with the last one, as for packetdrill.
struct Timing {
  std::string words;
  bool machine = false;  // this machine was too slow to tell
};
Timing timing_of(const Due& due, const Segments& parts) {
  const Timestamp last = parts.back().packet->time;
  if (last < due.earliest - due.tolerance)
    return {fmt::format("it came {:.3f} ms before its time; the tolerance is {:.3f} ms",
                        in_ms(due.earliest - last), in_ms(due.tolerance))};
  if (last <= due.latest + due.tolerance) return {};
  const std::int64_t late = last - due.latest;
  if (late <= due.tolerance + due.delayed)
    return {fmt::format("it came {:.3f} ms after its time, but this machine may have kept it "
                        "for {:.3f} ms",
                        in_ms(late), in_ms(due.delayed)),
            true};
  return {fmt::format("it came {:.3f} ms after its time; the tolerance is {:.3f} ms", in_ms(late),
                      in_ms(due.tolerance))};
}

std::string words_for(const Timeline& timeline, const Segments& parts) {
  std::vector<std::string> words;
  for (const NumberedSegment& part : parts) words.push_back(describe(timeline, part));
  return fmt::format("{}", fmt::join(words, "; "));
}

}  // namespace

Segments next_segments(const Timeline& timeline, const scenario::Scenario& scenario,
                       std::size_t step_index) {
  const scenario::Packets& here = *next_step(scenario, step_index);
  const ExpectedSegment& expected = here.segments.front();
  const Segments all = segments_between(timeline, here.host, expected);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < step_index; ++i) {
    const scenario::Packets* earlier = next_step(scenario, i);
    if (!earlier || earlier->host != here.host) continue;
    const ExpectedSegment& other = earlier->segments.front();
    if (other.from == expected.from && other.to == expected.to)
      begin += taken_from(all, begin, *earlier).size();
  }
  return taken_from(all, begin, here);
}

Segments segments_left(const Timeline& timeline, const scenario::Scenario& scenario,
                       const std::string& host) {
  std::set<const Packet*> taken;
  for (std::size_t i = 0; i < scenario.steps.size(); ++i)
    if (const scenario::Packets* step = next_step(scenario, i); step && step->host == host)
      for (const NumberedSegment& each : next_segments(timeline, scenario, i))
        taken.insert(each.packet);
  Segments left = segments_at(timeline, host);
  std::erase_if(left, [&](const NumberedSegment& each) {
    return each.packet->injected || taken.contains(each.packet);
  });
  return left;
}

bool is_whole(const scenario::Packets& packets, const Segments& segments) {
  return are_whole(segments, packets.segments.front(), packets.strict);
}

std::vector<Check> judge_next(const Context& context, const scenario::Packets& packets) {
  const Timeline& timeline = context.timeline;
  const ExpectedSegment& expected = packets.segments.front();
  const std::string title = fmt::format("{} saw next: {}", packets.host, describe(expected));
  const std::string wanted = fmt::format("{} sees next: {}", packets.host, describe(expected));
  const Segments parts = next_segments(timeline, context.scenario, context.record.index);
  const std::string all = words_for(timeline, parts);
  const bool lost = timeline.packets_lost;
  if (lost)
    return {not_observed(title, Witness::packets, wanted,
                         "the capture lost packets, and one of them may have been this one")};
  if (!is_whole(packets, parts))
    return {failed(title, Witness::packets, wanted,
                   parts.empty() ? "nothing more was seen" : "saw only " + all)};
  const std::int64_t tolerance = context.record.due ? context.record.due->tolerance : 0;
  if (const std::string found = difference_of(timeline, expected, parts, tolerance);
      !found.empty()) {
    // A timestamp counts time, and so is as late as the machine.
    const std::int64_t delayed = context.record.due ? context.record.due->delayed : 0;
    if (delayed > 0 && difference_of(timeline, expected, parts, tolerance + delayed).empty())
      return {
          not_observed(title, Witness::packets, wanted,
                       fmt::format("saw {} ({}), but this machine may have kept it for {:.3f} ms",
                                   all, found, in_ms(delayed)))};
    return {failed(title, Witness::packets, wanted, fmt::format("saw {} ({})", all, found))};
  }
  const Timing timing = context.record.due ? timing_of(*context.record.due, parts) : Timing{};
  if (timing.machine) return {not_observed(title, Witness::packets, wanted, timing.words)};
  if (!timing.words.empty())
    return {
        failed(title, Witness::packets, wanted, fmt::format("saw {}, but {}", all, timing.words))};
  return {passed(title, Witness::packets, wanted, "saw " + all)};
}

}  // namespace lab::check
