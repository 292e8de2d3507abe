// SPDX-License-Identifier: MIT
#include "explain_probe/probe_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>

#include "explain_probe/probe_words.hpp"

namespace lab::explain {
namespace {

// The last event of the segment that is one of these functions, which are named as for IPv4; null:
// there is none.
const TraceEvent* last(const ProbedSegment& segment,
                       std::initializer_list<KernelFunction> functions) {
  const auto found =
      std::find_if(segment.events.rbegin(), segment.events.rend(), [&](const TraceEvent* event) {
        return std::ranges::find(functions, ipv4_function(event->event)) != functions.end();
      });
  return found == segment.events.rend() ? nullptr : *found;
}

// A drop that is the segment's end, and not how one ends that was dealt with.
const TraceEvent* drop_of(const ProbedSegment& segment) {
  const TraceEvent* drop = last(segment, {KernelFunction::drop});
  constexpr std::string_view no_end[] = {"", "NOT_SPECIFIED", "NO_SOCKET"};
  if (!drop || std::ranges::find(no_end, drop->reason) != std::end(no_end)) return nullptr;
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
         last(segments.front(), {KernelFunction::conn_request, KernelFunction::check_req,
                                 KernelFunction::rcv_state, KernelFunction::time_wait,
                                 KernelFunction::send_reset4, KernelFunction::rcv_established}) !=
             nullptr;
}

bool tcp_reset_is_in_trace(const Probe& probe) {
  return std::ranges::any_of(segments_of(probe), [](const ProbedSegment& segment) {
    return last(segment, {KernelFunction::send_reset4}) != nullptr;
  });
}

std::optional<Conclusion> from_trace(const Probe& probe, Answer answer) {
  const auto segments = segments_of(probe);
  for (const ProbedSegment& segment : segments) {
    if (const TraceEvent* request = last(segment, {KernelFunction::conn_request});
        request && request->outcome == TraceOutcome::dropped)
      return Conclusion{
          request->detail == TraceDetail::accept_queue_full ? "accept-queue-full" : "dropped",
          answer,
          fmt::format("{}: the listener dropped it in tcp_conn_request(){}",
                      outcome_in_words(probe),
                      request->detail ? fmt::format(" ({})", to_string(*request->detail)) : ""),
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
    if (last(segment, {KernelFunction::send_reset4}))
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
