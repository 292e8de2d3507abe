// SPDX-License-Identifier: MIT
#include "check/segments.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/one_segment.hpp"
#include "check/played.hpp"
#include "check/repeats.hpp"
#include "check/resolve.hpp"

namespace lab::check {
namespace {

// A packet over lo counts when it leaves, not when it arrives.
bool counts(const Packet& packet, const std::string& host) {
  return packet.host == host && (packet.device != "lo" || packet.outgoing);
}

// The index behind the segments, from `at` on, that are the expected one: one, or its parts.
// Nothing: they are not.
std::optional<std::size_t> end_of(const Timeline& timeline,
                                  const std::vector<NumberedSegment>& seen, std::size_t at,
                                  const scenario::ExpectedSegment& expected) {
  scenario::ExpectedSegment rest = expected;
  const NumberedSegment* before = nullptr;
  for (; at < seen.size(); ++at) {
    if (!difference(timeline, rest, seen[at])) return at + 1;
    const Segment& part = *seen[at].packet->segment;
    const bool goes_on = before && part.source == before->packet->segment->source &&
                         seen[at].sequence == before->sequence + before->packet->segment->length;
    if (!expected.in_parts || part.length == 0 || part.length >= rest.length->number ||
        (before && !goes_on))
      return std::nullopt;
    // What is as in the whole, besides the flags: PSH and FIN are the last part's, CWR the first's.
    scenario::ExpectedSegment first = rest;
    first.flags = part.flags;
    first.length = scenario::Number{part.length};
    if (difference(timeline, first, seen[at])) return std::nullopt;
    if (rest.sequence) rest.sequence->number += part.length;
    rest.length->number -= part.length;
    if (part.flags.cwr) rest.flags.cwr = false;
    before = &seen[at];
  }
  return std::nullopt;
}

// The number of segments that Packets steps at this step's host have claimed, up to the step `end`.
std::size_t claimed_before(const Timeline& timeline, const scenario::Scenario& scenario,
                           const std::string& host, std::size_t end,
                           const std::vector<NumberedSegment>& segments) {
  const auto timers = repeats_of_timers(segments);
  std::size_t claimed = 0;
  for (std::size_t i = 0; i < end; ++i) {
    const auto* earlier = std::get_if<scenario::Packets>(&scenario.steps[i].action);
    if (!earlier || earlier->host != host || earlier->mode == scenario::Packets::Mode::has ||
        earlier->mode == scenario::Packets::Mode::next || !takes_part(scenario, timeline, i))
      continue;
    const std::size_t plain = claimed + earlier->segments.size();
    const bool in_parts =
        std::ranges::any_of(earlier->segments, &scenario::ExpectedSegment::in_parts);
    claimed =
        timers.empty() && !in_parts
            ? plain
            : align(timeline, segments, claimed, earlier->segments, timers).end.value_or(plain);
  }
  return claimed;
}

// A window, and the last packet before it; null: there is none.
struct Window {
  std::vector<NumberedSegment> segments;
  const Packet* before = nullptr;
};

// `after`: what follows the step's own segments.
Window window_of(const Timeline& timeline, const scenario::Scenario& scenario,
                 std::size_t step_index, bool after = false) {
  const auto& here = std::get<scenario::Packets>(scenario.steps.at(step_index).action);
  Window window{segments_at(timeline, here.host)};
  auto& segments = window.segments;
  if (held_past_timeout(scenario, timeline)) {
    const std::vector<bool> again = repeated(segments);
    std::size_t i = 0;
    std::erase_if(segments, [&](const NumberedSegment&) { return again[i++]; });
  }
  const std::size_t claimed = std::min(
      claimed_before(timeline, scenario, here.host, after ? step_index + 1 : step_index, segments),
      segments.size());
  if (claimed > 0) window.before = segments[claimed - 1].packet;
  segments.erase(segments.begin(), segments.begin() + static_cast<std::ptrdiff_t>(claimed));
  return window;
}

}  // namespace

void InitialNumbers::see(const Packet& packet) {
  const Segment& segment = *packet.segment;
  if (!segment.flags.syn) return;
  const std::pair direction{segment.source, segment.destination};
  if (packet.injected)
    numbers_.try_emplace(direction, segment.sequence);
  else
    numbers_[direction] = segment.sequence;
}

std::optional<std::uint32_t> InitialNumbers::of(const Endpoint& from, const Endpoint& to) const {
  const auto found = numbers_.find({from, to});
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

InitialNumbers initial_numbers(const Timeline& timeline, const std::string& host) {
  InitialNumbers numbers;
  for (const Packet& packet : timeline.packets)
    if (packet.segment && counts(packet, host)) numbers.see(packet);
  return numbers;
}

std::optional<std::uint32_t> first_timestamp(const Timeline& timeline, const std::string& host,
                                             const Endpoint& from, const Endpoint& to) {
  for (const Packet& packet : timeline.packets) {
    if (!packet.segment || !counts(packet, host) || packet.segment->source != from ||
        packet.segment->destination != to || !packet.segment->options.timestamps)
      continue;
    if (packet.injected) return std::nullopt;
    return packet.segment->options.timestamps->value;
  }
  return std::nullopt;
}

std::vector<NumberedSegment> segments_at(const Timeline& timeline, const std::string& host) {
  InitialNumbers initial;
  std::vector<NumberedSegment> segments;
  for (const Packet& packet : timeline.packets) {
    if (!packet.segment || !counts(packet, host)) continue;
    initial.see(packet);
    const Segment& segment = *packet.segment;
    // Sequence numbers, like uint32_t, are modulo 2^32 (RFC 9293, section 3.4).
    segments.push_back(
        {&packet, segment.sequence - initial.of(segment.source, segment.destination).value_or(0),
         segment.acknowledgment - initial.of(segment.destination, segment.source).value_or(0)});
  }
  return segments;
}

std::vector<NumberedSegment> window(const Timeline& timeline, const scenario::Scenario& scenario,
                                    std::size_t step_index) {
  return window_of(timeline, scenario, step_index).segments;
}

std::vector<NumberedSegment> behind(const Timeline& timeline, const scenario::Scenario& scenario,
                                    std::size_t step_index) {
  return window_of(timeline, scenario, step_index, true).segments;
}

Alignment align(const Timeline& timeline, const std::vector<NumberedSegment>& seen,
                std::size_t begin, const std::vector<scenario::ExpectedSegment>& expected,
                const std::set<const Packet*>& timers) {
  std::size_t at = begin;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    auto end = end_of(timeline, seen, at, expected[i]);
    for (; !end && at < seen.size() && timers.contains(seen[at].packet);)
      end = end_of(timeline, seen, ++at, expected[i]);
    if (!end) return {std::nullopt, at, i};
    at = *end;
  }
  return {at, at, expected.size()};
}

std::vector<NumberedSegment> window_with_errors(const Timeline& timeline,
                                                const scenario::Scenario& scenario,
                                                std::size_t step_index) {
  const auto& here = std::get<scenario::Packets>(scenario.steps.at(step_index).action);
  auto [packets, before] = window_of(timeline, scenario, step_index);
  for (const Packet& packet : timeline.packets)
    if (packet.icmp && counts(packet, here.host) && (!before || &packet > before))
      packets.push_back({&packet});
  // Their addresses sort them, because all are in timeline.packets, which is in order.
  std::ranges::stable_sort(packets, {}, &NumberedSegment::packet);
  return packets;
}

std::string describe(const Timeline& timeline, const NumberedSegment& segment) {
  if (const auto& error = segment.packet->icmp)
    return fmt::format("{} > {} icmp {}", word_for(timeline, error->source),
                       word_for(timeline, error->destination), error->name());
  const Segment& raw = *segment.packet->segment;
  std::string words = fmt::format("{} > {} {} seq {}", word_for(timeline, raw.source.address),
                                  word_for(timeline, raw.destination.address),
                                  scenario::written_flags(raw.flags), segment.sequence);
  if (raw.flags.ack) words += fmt::format(" ack {}", segment.acknowledgment);
  return words + fmt::format(" length {}", raw.length);
}

}  // namespace lab::check
