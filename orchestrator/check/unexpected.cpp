// SPDX-License-Identifier: MIT
#include "check/unexpected.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "check/next_segment.hpp"
#include "check/one_segment.hpp"
#include "check/parts.hpp"
#include "check/played.hpp"
#include "check/repeats.hpp"
#include "check/resolve.hpp"
#include "check/segments.hpp"

namespace lab::check {
namespace {

using Mode = scenario::Packets::Mode;

// Whether a `has` step or a Path step at this host expects the segment.
bool is_expected(const scenario::Scenario& scenario, const Timeline& timeline,
                 const std::string& host, const NumberedSegment& segment) {
  const Segment& raw = *segment.packet->segment;
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    if (!takes_part(scenario, timeline, i)) continue;
    const scenario::Action& action = scenario.steps[i].action;
    if (const auto* path = std::get_if<scenario::Path>(&action);
        path && path->host == host && path->segment &&
        is_segment(timeline, *path->segment, raw.source, raw.destination, raw.flags))
      return true;
    const auto* packets = std::get_if<scenario::Packets>(&action);
    if (!packets || packets->host != host || packets->mode != Mode::has) continue;
    for (const scenario::ExpectedSegment& each : packets->segments)
      if (unknown_value(timeline, each).empty() && !difference(timeline, each, segment))
        return true;
  }
  return false;
}

Check judged(const Timeline& timeline, const Unexpected& found) {
  const std::string title = fmt::format("{} saw nothing more", found.host);
  const std::string expected =
      fmt::format("{} sees no segment behind these until the end of the run", found.host);
  if (!found.segments.empty())
    return failed(title, Witness::packets, expected,
                  fmt::format("saw {}", fmt::join(found.segments, "; ")));
  if (timeline.packets_lost)
    return not_observed(title, Witness::packets, expected,
                        "the capture lost packets, and one of them may have come behind these");
  return passed(title, Witness::packets, expected, "saw nothing more");
}

// What the steps of a script have left, at each host that has such steps.
std::vector<Unexpected> left_by_scripts(const scenario::Scenario& scenario,
                                        const Timeline& timeline) {
  std::map<std::string, std::size_t> last;
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    const auto* packets = std::get_if<scenario::Packets>(&scenario.steps[i].action);
    if (packets && packets->mode == Mode::next && record_of(timeline, i)) last[packets->host] = i;
  }
  std::vector<Unexpected> all;
  for (const auto& [host, step] : last) {
    Unexpected found{step, true, host, {}, std::nullopt};
    for (const NumberedSegment& segment : segments_left(timeline, scenario, host))
      found.segments.push_back(describe(timeline, segment));
    all.push_back(std::move(found));
  }
  return all;
}

}  // namespace

std::vector<Unexpected> unexpected_segments(const scenario::Scenario& scenario,
                                            const Timeline& timeline) {
  std::map<std::string, std::size_t> last;  // host → its last step that claims segments
  std::set<std::size_t> asked;              // those, and all that say `then: nothing`
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    const auto* packets = std::get_if<scenario::Packets>(&scenario.steps[i].action);
    if (!packets || packets->mode == Mode::has || packets->mode == Mode::next ||
        !record_of(timeline, i) || !takes_part(scenario, timeline, i))
      continue;
    last[packets->host] = i;
    // The parser cannot know that it is the last if it or a later one has a `when`.
    if (packets->nothing_more) asked.insert(i);
  }
  for (const auto& [host, step] : last) asked.insert(step);
  std::vector<Unexpected> all = left_by_scripts(scenario, timeline);
  for (const std::size_t step : asked) {
    const auto& packets = std::get<scenario::Packets>(scenario.steps[step].action);
    Unexpected found{step, false, packets.host, {}, std::nullopt};
    const auto timers = repeats_of_timers(segments_at(timeline, packets.host));
    for (const NumberedSegment& segment : behind(timeline, scenario, step))
      if (!timers.contains(segment.packet) &&
          (packets.nothing_more || !is_expected(scenario, timeline, packets.host, segment)))
        found.segments.push_back(describe(timeline, segment));
    if (packets.nothing_more) found.check = judged(timeline, found);
    all.push_back(std::move(found));
  }
  return all;
}

std::string describe(const Unexpected& unexpected) {
  const std::size_t count = unexpected.segments.size();
  return fmt::format("{} has seen {}{} that no step expects: {}{}", unexpected.host,
                     count == 1 ? "a segment" : fmt::format("{} segments", count),
                     unexpected.anywhere ? "" : fmt::format(" behind step {}", unexpected.step + 1),
                     unexpected.segments.front(), count == 1 ? "" : ", and so on");
}

}  // namespace lab::check
