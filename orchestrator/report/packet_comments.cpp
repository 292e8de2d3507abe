// SPDX-License-Identifier: MIT
#include "report/packet_comments.hpp"

#include <fmt/format.h>

#include "record/path_words.hpp"
#include "record/paths.hpp"

namespace lab::report {
namespace {

std::size_t frame_number(std::size_t index) { return index + 1; }

// For segments that no received segment caused: a call's SYN and data, a timer's
// retransmission, and an ACK that is deferred until the backlog is processed (tcp_release_cb,
// since 6.7).
constexpr const char* no_cause =
    "Sent while no segment was being received: by a call, a timer or as a deferred ACK.";

std::string for_sent(const Timeline& timeline, const Paths& paths, std::size_t index) {
  if (!paths[index]->cause) return no_cause;
  const auto arrival =
      arrival_of(timeline, paths, timeline.packets[index].host, *paths[index]->cause);
  if (!arrival) return "Answers a segment that is not in this file.";
  const Segment& answered = *timeline.packets[*arrival].segment;
  return fmt::format("Answers frame {}, {} from {}.", frame_number(*arrival), answered.flags.str(),
                     name_of(timeline, answered.source));
}

// The frames that the host sent because of this one: "Answered by frame 5. "
std::string answers_in_words(const Timeline& timeline, const Paths& paths, std::size_t index) {
  std::string frames;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Packet& packet = timeline.packets[i];
    if (packet.outgoing && packet.host == timeline.packets[index].host && paths[i] &&
        paths[i]->cause == paths[index]->segment)
      frames += fmt::format("{}frame {}", frames.empty() ? "" : ", ", frame_number(i));
  }
  return frames.empty() ? "" : fmt::format("Answered by {}. ", frames);
}

std::string for_arrived(const Timeline& timeline, const Paths& paths, std::size_t index) {
  const std::string verdict = verdict_in_words(timeline, *paths[index]);
  return (verdict.empty() ? "" : fmt::format("Verdict: {}. ", verdict)) +
         answers_in_words(timeline, paths, index) +
         fmt::format("Path: {}.", path_in_words(timeline, *paths[index]));
}

std::string why_no_path(const Timeline& timeline) {
  return timeline.trace_lost + timeline.trace_missed > 0
             ? fmt::format("Path: not observed, the trace lost {} events and missed {} calls.",
                           timeline.trace_lost, timeline.trace_missed)
             : "Path: not observed, no trace event certainly belongs to this packet.";
}

}  // namespace

std::vector<std::string> packet_comments(const Timeline& timeline) {
  std::vector<std::string> comments(timeline.packets.size());
  if (timeline.trace.empty()) return comments;
  const Paths paths = paths_of(timeline);
  for (std::size_t i = 0; i < comments.size(); ++i) {
    if (!timeline.packets[i].segment) continue;
    if (!paths[i])
      comments[i] = why_no_path(timeline);
    else
      comments[i] = timeline.packets[i].outgoing ? for_sent(timeline, paths, i)
                                                 : for_arrived(timeline, paths, i);
  }
  return comments;
}

}  // namespace lab::report
