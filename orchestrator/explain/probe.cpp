// SPDX-License-Identifier: MIT
#include "explain/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <set>

#include "tcp_lookup/contract.h"
#include "util/error.hpp"

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

Answer answer_of(const Probe& probe, const Diagnosis& predicted) {
  switch (probe.error) {
    case 0:
      return predicted.conclusion.answer == Answer::simultaneous_open ? Answer::simultaneous_open
                                                                      : Answer::syn_ack;
    case ECONNREFUSED:
      return Answer::rst;
    // No answer, or one that connect() does not take for one: an ACK.
    case EINPROGRESS:
    case ETIMEDOUT:
      return predicted.conclusion.answer == Answer::ack ? Answer::ack : Answer::nothing;
    default:
      return Answer::not_sent;
  }
}

std::string outcome_in_words(const Probe& probe) {
  switch (probe.error) {
    case 0:
      return "the probe was answered";
    case ECONNREFUSED:
      return "the probe was refused";
    case EINPROGRESS:
    case ETIMEDOUT:
      return "the probe got no answer";
    default:
      return fmt::format("connect() failed with {}", errno_name(probe.error));
  }
}

Conclusion firewall(const TraceEvent& drop, const ProbedSegment& segment, Answer answer,
                    const Probe& probe) {
  return {"firewall", answer,
          fmt::format("{}: a firewall (netfilter) in {} drops {}", outcome_in_words(probe),
                      where(drop, probe), segment.what),
          "look for the rule: nft list ruleset; iptables-save; ip6tables-save, in that namespace"};
}

// What the trace says of an answer that was not predicted.
std::optional<Conclusion> from_trace(const Probe& probe, Answer answer) {
  const auto segments = segments_of(probe);
  for (const ProbedSegment& segment : segments)
    if (const TraceEvent* drop = drop_of(segment); drop && is_netfilters(*drop))
      return firewall(*drop, segment, answer, probe);
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
  for (const ProbedSegment& segment : segments)
    if (last(segment, {TCP_LOOKUP_EVENT_SEND_RESET4, TCP_LOOKUP_EVENT_SEND_RESET6}))
      return Conclusion{"nobody-listens", answer,
                        fmt::format("{}: TCP answered with RST, so the tables have changed since",
                                    outcome_in_words(probe)),
                        "ask again without --probe"};
  return std::nullopt;
}

// Without a trace: what could have come between.
Conclusion from_difference(const Probe& probe, Answer answer, const Diagnosis& predicted) {
  const bool predicted_answer = is_success(predicted.conclusion.answer);
  const std::string outcome = outcome_in_words(probe);
  if (predicted_answer && answer == Answer::rst)
    return {"refused-before-tcp", answer,
            outcome +
                ", although somebody listens: most likely a firewall that rejects, or one "
                "that sends it elsewhere; or the listener has gone meanwhile",
            "look for the rule: nft list ruleset; iptables-save; ip6tables-save"};
  if (answer == Answer::nothing)
    return {"dropped-before-tcp", answer,
            outcome +
                ", although TCP would have sent one: most likely a firewall drops it, or "
                "the answer",
            "look for the rule: nft list ruleset; iptables-save; ip6tables-save; with the module "
            "the probe shows where it is lost"};
  if (is_success(answer))
    return {"answered-all-the-same", answer,
            outcome +
                ", although the tables had nobody for it: most likely a NAT rule or a BPF "
                "program sends it elsewhere; or the server has just been started",
            ""};
  return {"not-sent", answer, outcome + " before an answer could come",
          "look at the errno: EPERM is a firewall's on the way out; EHOSTUNREACH: no neighbour "
          "answers, or a firewall rejects it"};
}

Conclusion elsewhere(const Probe& probe, Answer answer) {
  const std::string place = probe.destination.str();
  switch (answer) {
    case Answer::syn_ack:
    case Answer::simultaneous_open:
      return {"answered-elsewhere", answer, fmt::format("{} has answered", place), ""};
    case Answer::rst:
      return {"refused-elsewhere", answer, fmt::format("{} has refused it", place),
              "ask there why: orchestrator explain on that host or in that namespace"};
    case Answer::not_sent:
      return from_difference(probe, answer, {});
    default:
      return {"silent-elsewhere", answer,
              fmt::format("{} did not answer within {} ms", place, probe.waited.count()),
              "ask there: is the host up, and does a firewall drop it on the way?"};
  }
}

bool same(Answer one, Answer other) {
  return one == other || (is_success(one) && is_success(other));
}

}  // namespace

Probed judge(const Probe& probe, const Diagnosis& predicted) {
  const Answer answer = answer_of(probe, predicted);
  Probed probed;
  if (predicted.conclusion.answer == Answer::elsewhere) {
    probed.as_predicted = true;
    probed.conclusion = elsewhere(probe, answer);
  } else if (same(answer, predicted.conclusion.answer)) {
    probed.as_predicted = true;
    probed.conclusion = predicted.conclusion;
  } else {
    const auto seen = from_trace(probe, answer);
    probed.conclusion = seen ? *seen : from_difference(probe, answer, predicted);
  }
  if (!probe.no_trace.empty())
    probed.not_observed.push_back(
        {"path", fmt::format("the path of the SYN through the kernel: {}", probe.no_trace)});
  if (probe.trace_lost > 0)
    probed.not_observed.push_back(
        {"lost",
         fmt::format("{} events of the trace: too much else was going on", probe.trace_lost)});
  return probed;
}

}  // namespace lab::explain
