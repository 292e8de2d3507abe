// SPDX-License-Identifier: MIT
#include "explain_probe/probe_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <string>
#include <string_view>

#include "explain_probe/probe_words.hpp"
#include "tcp_lookup/contract.h"

namespace lab::explain {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

// The last event of the segment with this name; null: there is none.
const TraceEvent* last(const ProbedSegment& segment,
                       std::initializer_list<std::string_view> names) {
  const auto found =
      std::find_if(segment.events.rbegin(), segment.events.rend(),
                   [&](const TraceEvent* event) { return is_one_of(event->event, names); });
  return found == segment.events.rend() ? nullptr : *found;
}

// A drop that is the segment's end, and not how one ends that was dealt with.
const TraceEvent* drop_of(const ProbedSegment& segment) {
  const TraceEvent* drop = last(segment, {TCP_LOOKUP_EVENT_DROP});
  if (!drop || is_one_of(drop->reason, {"", "NOT_SPECIFIED", "NO_SOCKET"})) return nullptr;
  return drop;
}

bool is_netfilters(const TraceEvent& drop) { return drop.reason == "NETFILTER_DROP"; }

std::string where(const TraceEvent& event, const Probe& probe) {
  return event.host == Probe::sender ? probe.from : "the receiving namespace";
}

Conclusion firewall(const TraceEvent& drop, const ProbedSegment& segment, Answer answer,
                    const Probe& probe) {
  return {"firewall",
          answer,
          fmt::format("{}: a firewall (netfilter) in {} drops {}", outcome_in_words(probe),
                      where(drop, probe), segment.what),
          list_the_rules,
          rules_of(drop.host == Probe::sender ? probe.sender_netns : probe.here_netns),
          probe.error == EINPROGRESS ? 0 : probe.error};
}

}  // namespace

std::optional<Conclusion> firewall_in_trace(const Probe& probe, Answer answer) {
  if (is_success(answer)) return std::nullopt;  // a SYN that was sent again has passed
  for (const ProbedSegment& segment : segments_of(probe))
    if (const TraceEvent* drop = drop_of(segment); drop && is_netfilters(*drop))
      return firewall(*drop, segment, answer, probe);
  return std::nullopt;
}

bool tcp_is_in_trace(const Probe& probe) {
  const auto segments = segments_of(probe);
  return !segments.empty() &&
         last(segments.front(),
              {TCP_LOOKUP_EVENT_CONN_REQUEST, TCP_LOOKUP_EVENT_CHECK_REQ,
               TCP_LOOKUP_EVENT_RCV_STATE, TCP_LOOKUP_EVENT_TIME_WAIT, TCP_LOOKUP_EVENT_SEND_RESET4,
               TCP_LOOKUP_EVENT_SEND_RESET6, TCP_LOOKUP_EVENT_RCV_ESTABLISHED}) != nullptr;
}

bool tcp_reset_is_in_trace(const Probe& probe) {
  return std::ranges::any_of(segments_of(probe), [](const ProbedSegment& segment) {
    return last(segment, {TCP_LOOKUP_EVENT_SEND_RESET4, TCP_LOOKUP_EVENT_SEND_RESET6}) != nullptr;
  });
}

std::optional<Conclusion> from_trace(const Probe& probe, Answer answer) {
  const auto segments = segments_of(probe);
  for (const ProbedSegment& segment : segments) {
    if (const TraceEvent* request = last(segment, {TCP_LOOKUP_EVENT_CONN_REQUEST});
        request && request->outcome == TCP_LOOKUP_OUTCOME_DROPPED)
      return Conclusion{
          request->detail == TCP_LOOKUP_DETAIL_ACCEPT_QUEUE_FULL ? "accept-queue-full" : "dropped",
          answer,
          fmt::format("{}: the listener dropped it in tcp_conn_request(){}",
                      outcome_in_words(probe),
                      request->detail.empty() ? "" : fmt::format(" ({})", request->detail)),
          "ask again without --probe: what it says of the listener has changed"};
    if (const TraceEvent* drop = drop_of(segment))
      return Conclusion{"dropped", answer,
                        fmt::format("{}: the kernel dropped {} ({})", outcome_in_words(probe),
                                    segment.what, drop->reason),
                        fmt::format("that reason is SKB_DROP_REASON_{} in the kernel's "
                                    "include/net/dropreason-core.h",
                                    drop->reason)};
  }
  // A RST that did not arrive is lost on its way (by_place()).
  if (answer != Answer::rst) return std::nullopt;
  for (const ProbedSegment& segment : segments)
    if (last(segment, {TCP_LOOKUP_EVENT_SEND_RESET4, TCP_LOOKUP_EVENT_SEND_RESET6}))
      return Conclusion{"nobody-listens",
                        answer,
                        fmt::format("{}: TCP answered with RST, so the tables have changed since",
                                    outcome_in_words(probe)),
                        "ask again without --probe",
                        {},
                        ECONNREFUSED};
  return std::nullopt;
}

}  // namespace lab::explain
