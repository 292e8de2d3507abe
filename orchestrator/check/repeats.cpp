// SPDX-License-Identifier: MIT
#include "check/repeats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace lab::check {

std::vector<bool> repeated(const std::vector<NumberedSegment>& segments) {
  std::set<std::tuple<Endpoint, Endpoint, std::uint32_t, std::string, std::uint32_t>> seen;
  std::vector<bool> result;
  for (const NumberedSegment& each : segments) {
    const Segment& segment = *each.packet->segment;
    if (each.packet->injected) {
      result.push_back(false);
      continue;
    }
    const bool counts = segment.flags.syn || segment.flags.fin || segment.length > 0;
    const bool is_new = seen.emplace(segment.source, segment.destination, segment.sequence,
                                     segment.flags.str(), segment.length)
                            .second;
    result.push_back(counts && !is_new);
  }
  return result;
}

std::set<const Packet*> repeats_of_timers(const std::vector<NumberedSegment>& segments) {
  const std::vector<bool> again = repeated(segments);
  std::set<const Packet*> repeats;
  struct Syn {
    std::uint32_t first = 0, next = 0;  // SND.UNA and SND.NXT
    bool again = false;                 // it has been repeated
    bool refused = false;               // an unacceptable ACK has come before that
  };
  std::map<std::pair<Endpoint, Endpoint>, Syn> syns;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = *segments[i].packet->segment;
    if (segment.flags.syn && !segment.flags.ack && !segments[i].packet->injected) {
      Syn& syn = syns[{segment.source, segment.destination}];
      if (!again[i]) {
        syn = {segment.sequence, segment.sequence + 1 + segment.length};
        continue;
      }
      if (std::exchange(syn.refused, false)) repeats.insert(segments[i].packet);
      syn.again = true;
      continue;
    }
    const auto syn = syns.find({segment.destination, segment.source});
    if (syn == syns.end() || !segment.flags.ack) continue;
    // Acceptable: SND.UNA < SEG.ACK =< SND.NXT (RFC 9293, section 3.10.7.3).
    auto& [first, next, again_sent, refused] = syn->second;
    if (!again_sent && segment.acknowledgment - first - 1 >= next - first) refused = true;
  }
  return repeats;
}

std::chrono::nanoseconds longest_hold(const scenario::Scenario& scenario,
                                      const Timeline& timeline) {
  std::map<std::string, Timestamp> since;
  std::chrono::nanoseconds longest{0};
  for (const StepRecord& step : timeline.steps) {
    if (!step.skipped.empty()) continue;
    const scenario::Action& action = scenario.steps[step.index].action;
    if (const auto* hold = std::get_if<scenario::Hold>(&action)) since[hold->host] = step.begin;
    if (const auto* release = std::get_if<scenario::Release>(&action))
      longest = std::max(longest, std::chrono::nanoseconds(step.end - since[release->host]));
  }
  return longest;
}

bool held_past_timeout(const scenario::Scenario& scenario, const Timeline& timeline) {
  constexpr std::chrono::seconds initial_timeout{1};
  return longest_hold(scenario, timeline) >= initial_timeout;
}

std::string why_repeated(const scenario::Scenario& scenario, const Timeline& timeline) {
  if (!held_past_timeout(scenario, timeline)) return "";
  const std::chrono::duration<double> held = longest_hold(scenario, timeline);
  return fmt::format("packets were held for {:.1f} s, longer than the retransmission timeout",
                     held.count());
}

}  // namespace lab::check
