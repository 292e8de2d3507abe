// SPDX-License-Identifier: MIT
#include "check/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "check/played.hpp"
#include "check/resolve.hpp"

namespace lab::check {
namespace {

// Only segments that occupy sequence space are retransmitted, as in repeated().
void mark_repeated(std::vector<SegmentPath>& paths) {
  std::set<std::tuple<Endpoint, Endpoint, std::string, std::uint32_t, std::uint32_t>> met;
  for (SegmentPath& path : paths) {
    const TraceEvent& header = *path.header;
    const bool counts = header.flags->syn || header.flags->fin || header.length.value_or(0) > 0;
    path.again = !met.emplace(*header.source, *header.destination, header.flags->str(),
                              header.sequence.value_or(0), header.length.value_or(0))
                      .second &&
                 counts;
  }
}

const SocketRecord* socket_of(const Timeline& timeline, const TraceEvent& event) {
  for (const SocketRecord& socket : timeline.sockets)
    if (event.cookie && *event.cookie != 0 && socket.cookie == *event.cookie) return &socket;
  return nullptr;
}

}  // namespace

std::vector<const TraceEvent*> events_at(const Timeline& timeline, const std::string& host) {
  std::vector<const TraceEvent*> events;
  for (const TraceEvent& event : timeline.trace)
    if (event.host == host) events.push_back(&event);
  std::stable_sort(events.begin(), events.end(),
                   [](const TraceEvent* a, const TraceEvent* b) { return a->number < b->number; });
  return events;
}

std::vector<SegmentPath> paths_at(const Timeline& timeline, const std::string& host) {
  std::vector<SegmentPath> paths;
  std::map<std::uint64_t, std::size_t> place;  // segment → index in paths
  const auto events = events_at(timeline, host);
  for (const TraceEvent* event : events) {
    if (!event->segment) continue;
    const auto [found, fresh] = place.try_emplace(*event->segment, paths.size());
    if (fresh) paths.push_back({*event->segment, nullptr, {}, {}});
    SegmentPath& path = paths[found->second];
    path.events.push_back(event);
    if (!path.header && event->source && event->destination && event->flags) path.header = event;
  }
  for (const TraceEvent* event : events)
    if (event->cause && is_sending(*event))
      if (const auto found = place.find(*event->cause); found != place.end())
        paths[found->second].answers.push_back(event);
  std::erase_if(paths, [](const SegmentPath& path) { return !path.header; });
  mark_repeated(paths);
  return paths;
}

const SegmentPath* path_of(const Timeline& timeline, const std::vector<SegmentPath>& paths,
                           const scenario::Scenario& scenario, std::size_t step_index) {
  const auto& here = std::get<scenario::Path>(scenario.steps.at(step_index).action);
  std::set<const SegmentPath*> taken;
  for (std::size_t i = 0; i <= step_index; ++i) {
    const auto* step = std::get_if<scenario::Path>(&scenario.steps[i].action);
    if (!step || step->host != here.host || !step->segment) continue;
    if (!takes_part(scenario, timeline, i)) continue;
    const auto found = std::find_if(paths.begin(), paths.end(), [&](const SegmentPath& path) {
      return !path.again && !taken.contains(&path) &&
             is_segment(timeline, *step->segment, *path.header->source, *path.header->destination,
                        *path.header->flags);
    });
    if (i == step_index) return found == paths.end() ? nullptr : &*found;
    if (found != paths.end()) taken.insert(&*found);
  }
  return nullptr;
}

namespace {

bool fits_but_for_reason(const Timeline& timeline, const scenario::PathEvent& expected,
                         const TraceEvent& event) {
  if (event.event != for_family(expected.event, timeline.family)) return false;
  if (expected.outcome && event.outcome != expected.outcome) return false;
  if (expected.detail && event.detail != expected.detail) return false;
  if (expected.state && event.state != expected.state) return false;
  if (expected.state_after && event.state_after != expected.state_after) return false;
  if (!expected.caller.empty() && event.caller != kernel_name(expected.caller, timeline.family))
    return false;
  if (expected.socket.empty()) return true;
  // By socket cookie, because a socket may have two names.
  const SocketRecord* socket = socket_named(timeline, expected.socket);
  return socket && event.cookie && *event.cookie != 0 && *event.cookie == socket->cookie;
}

}  // namespace

Fit fit(const Timeline& timeline, const scenario::PathEvent& expected, const TraceEvent& event) {
  if (!fits_but_for_reason(timeline, expected, event)) return Fit::no;
  if (expected.reason.empty() || event.reason == expected.reason) return Fit::yes;
  return event.reason.empty() ? Fit::reason_unknown : Fit::no;
}

std::string describe(const Timeline& timeline, const TraceEvent& event) {
  std::string words(to_string(event.event));
  const auto add = [&words](std::string_view word) {
    if (!word.empty()) words.append(" ").append(word);
  };
  add(to_string(event.detail));
  if (event.outcome != TraceOutcome::enter) add(to_string(event.outcome));
  add(event.reason);
  if (event.state) add(to_string(*event.state));
  if (event.state && event.state_after && event.state != event.state_after)
    words.append(" > ").append(to_string(*event.state_after));
  if (const SocketRecord* socket = socket_of(timeline, event)) words += " of " + socket->name;
  if (!event.caller.empty()) words += " by " + event.caller;
  return words;
}

std::string describe(const Timeline& timeline, const SegmentPath& path) {
  const auto end = [&](const Endpoint& endpoint) {
    const std::string word = word_for(timeline, endpoint.address);
    return word == endpoint.address.str() ? endpoint.str()
                                          : fmt::format("{}:{}", word, endpoint.port);
  };
  return fmt::format("{} > {} {}", end(*path.header->source), end(*path.header->destination),
                     scenario::written_flags(*path.header->flags));
}

}  // namespace lab::check
