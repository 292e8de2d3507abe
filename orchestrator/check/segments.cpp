// SPDX-License-Identifier: MIT
#include "check/segments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "check/played.hpp"
#include "check/repeats.hpp"
#include "check/resolve.hpp"

namespace lab::check {

std::vector<NumberedSegment> segments_at(const Timeline& timeline, const std::string& host) {
  std::map<std::pair<Endpoint, Endpoint>, std::uint32_t> initial;  // (from, to) → ISN
  const auto isn = [&](const Endpoint& from, const Endpoint& to) {
    const auto found = initial.find({from, to});
    return found == initial.end() ? 0 : found->second;
  };
  std::vector<NumberedSegment> segments;
  for (const Packet& packet : timeline.packets) {
    if (packet.host != host || !packet.segment) continue;
    if (packet.device == "lo" && !packet.outgoing) continue;
    const Segment& segment = *packet.segment;
    if (segment.flags.syn) initial[{segment.source, segment.destination}] = segment.sequence;
    // Sequence numbers are taken modulo 2^32 (RFC 9293, section 3.4), as are uint32_t's.
    segments.push_back({&packet, segment.sequence - isn(segment.source, segment.destination),
                        segment.acknowledgment - isn(segment.destination, segment.source)});
  }
  return segments;
}

std::vector<NumberedSegment> window(const Timeline& timeline, const scenario::Scenario& scenario,
                                    std::size_t step_index) {
  const auto& here = std::get<scenario::Packets>(scenario.steps.at(step_index).action);
  std::size_t claimed = 0;
  for (std::size_t i = 0; i < step_index; ++i) {
    if (!takes_part(scenario, timeline, i)) continue;
    if (const auto* earlier = std::get_if<scenario::Packets>(&scenario.steps[i].action))
      if (earlier->host == here.host) claimed += earlier->segments.size();
  }
  auto segments = segments_at(timeline, here.host);
  if (held_past_timeout(scenario, timeline)) {
    const std::vector<bool> again = repeated(segments);
    std::size_t i = 0;
    std::erase_if(segments, [&](const NumberedSegment&) { return again[i++]; });
  }
  const auto first = static_cast<std::ptrdiff_t>(std::min(claimed, segments.size()));
  segments.erase(segments.begin(), segments.begin() + first);
  return segments;
}

std::string describe(const Timeline& timeline, const NumberedSegment& segment) {
  const Segment& raw = *segment.packet->segment;
  std::string words =
      fmt::format("{} > {} {} seq {}", word_for(timeline, raw.source.address),
                  word_for(timeline, raw.destination.address), raw.flags.str(), segment.sequence);
  if (raw.flags.ack) words += fmt::format(" ack {}", segment.acknowledgment);
  return words + fmt::format(" length {}", raw.length);
}

}  // namespace lab::check
