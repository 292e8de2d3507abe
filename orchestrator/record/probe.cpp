// SPDX-License-Identifier: MIT
#include "record/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <set>

namespace lab {
namespace {

bool is_our_syn(const TraceEvent& event, const Probe& probe) {
  return event.segment && event.flags && event.flags->syn && !event.flags->ack &&
         event.source == probe.source && event.destination == probe.destination;
}

std::string in_words(const TraceEvent& event) {
  std::string what;
  const auto add = [&](bool is_set, const char* word) {
    if (is_set) what += what.empty() ? word : fmt::format(" {}", word);
  };
  add(event.flags->syn, "SYN");
  add(event.flags->fin, "FIN");
  add(event.flags->rst, "RST");
  add(event.flags->ack, "ACK");
  return fmt::format("{} {} > {}", what, event.source->str(), event.destination->str());
}

}  // namespace

bool Probe::was_redirected() const {
  return std::ranges::any_of(translations, &Translation::changes_destination);
}

bool Probe::got_no_answer() const { return error == EINPROGRESS || error == ETIMEDOUT; }

std::vector<Ends> ends_of(const Probe& probe) {
  std::vector<Ends> ends{{probe.source, probe.destination}};
  for (const Translation& each : probe.translations)
    ends.push_back({each.new_source, each.new_destination});
  return ends;
}

std::vector<ProbedSegment> segments_of(const Probe& probe) {
  std::vector<ProbedSegment> segments;
  std::set<std::uint64_t> known;
  // An answer's events come after those of what it answers, so that one pass does.
  for (const TraceEvent& event : probe.events) {
    if (!event.segment) continue;
    if (!known.contains(*event.segment)) {
      const bool answers = event.cause && known.contains(*event.cause);
      if (!is_our_syn(event, probe) && !answers) continue;
      known.insert(*event.segment);
      segments.push_back(
          {*event.segment,
           event.flags && event.source ? in_words(event) : std::string(to_string(event.event)),
           {}});
    }
    std::ranges::find(segments, *event.segment, &ProbedSegment::number)->events.push_back(&event);
  }
  return segments;
}

}  // namespace lab
