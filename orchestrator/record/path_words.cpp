// SPDX-License-Identifier: MIT
#include "record/path_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "record/entries.hpp"
namespace lab {
namespace {

// The last event that is one of these functions, which are named as for IPv4, and satisfies `more`.
template <typename Condition>
const TraceEvent* last(const Path& path, std::initializer_list<KernelFunction> functions,
                       Condition more) {
  const auto found =
      std::find_if(path.events.rbegin(), path.events.rend(), [&](const TraceEvent* event) {
        return std::ranges::find(functions, ipv4_function(event->event)) != functions.end() &&
               more(*event);
      });
  return found == path.events.rend() ? nullptr : *found;
}

const TraceEvent* last(const Path& path, std::initializer_list<KernelFunction> functions) {
  return last(path, functions, [](const TraceEvent&) { return true; });
}

std::string in_brackets(std::string_view text) {
  return text.empty() ? "" : fmt::format(" ({})", text);
}

// "left", "a request socket"; "the socket" if nothing more is known of it.
std::string socket_in_words(const Timeline& timeline, const TraceEvent& event) {
  const std::string name = socket_name(timeline, event.cookie);
  if (!name.empty()) return name;
  if (event.kind == Kind::request) return "the request socket";
  if (event.kind == Kind::timewait) return "the socket in TIME-WAIT";
  return "the socket";
}

bool changes_state(const TraceEvent& event) {
  return event.state && event.state_after && event.state != event.state_after;
}

bool makes_child(const TraceEvent& event) { return event.outcome == TraceOutcome::child; }

// NOT_SPECIFIED is also the reason when a segment was processed normally.
bool says_why(const TraceEvent& drop) {
  return !drop.reason.empty() && drop.reason != "NOT_SPECIFIED" && !is_consumed(drop);
}

// The tracepoint reports a child that is being copied from its listener as the listener's change.
bool copies_listener(const TraceEvent& event) {
  return event.state == TcpState::listen && event.state_after == TcpState::syn_received;
}

// RFC 9293, 3.10.7.1: an incoming RST is discarded.
std::string no_reset_in_words(const Timeline& timeline, const TraceEvent& reset,
                              std::string_view reason) {
  const std::string who =
      reset.outcome == TraceOutcome::no_socket
          ? "no socket was found"
          : fmt::format("{} does not accept it", socket_in_words(timeline, reset));
  if (!reset.flags || !reset.flags->rst)
    return fmt::format("{}, and nothing is sent{}", who, in_brackets(reason));
  return fmt::format("discarded: {}, and nothing answers a RST{}", who, in_brackets(reason));
}

std::string reset_in_words(const Timeline& timeline, const Path& path, const TraceEvent& reset) {
  std::string_view reason = reset.reason;
  const TraceEvent* drop = last(path, {KernelFunction::drop}, says_why);
  if (reason.empty() && drop) reason = drop->reason;  // kernels before 6.10 name no cause of a RST
  if (!sends_reset(timeline, reset)) return no_reset_in_words(timeline, reset, reason);
  if (reset.outcome == TraceOutcome::no_socket)
    return "answered with RST, no socket was found" + in_brackets(reason);
  return fmt::format("answered with RST by {}{}", socket_in_words(timeline, reset),
                     in_brackets(reason));
}

std::string conn_request_in_words(const Timeline& timeline, const TraceEvent& event) {
  const std::string listener = socket_in_words(timeline, event);
  if (event.outcome == TraceOutcome::request)
    return fmt::format("a connection request to {}, kept in a request socket", listener);
  if (event.outcome == TraceOutcome::cookie)
    return fmt::format("a connection request to {}, answered with a SYN cookie, nothing is kept",
                       listener);
  return fmt::format("a connection request to {}, dropped{}", listener,
                     in_brackets(to_string(event.detail)));
}

std::string time_wait_in_words(const TraceEvent& event) {
  if (event.outcome == TraceOutcome::ack) return "answered with an ACK from TIME-WAIT";
  if (event.outcome == TraceOutcome::syn) return "a new connection in the place of TIME-WAIT";
  if (event.outcome == TraceOutcome::reset) return "answered with RST from TIME-WAIT";
  return "dropped in TIME-WAIT";
}

std::string change_in_words(const Timeline& timeline, const TraceEvent& event) {
  if (copies_listener(event)) return "the child socket is made, in SYN-RECEIVED";
  const bool simultaneous =
      event.state == TcpState::syn_sent && event.state_after == TcpState::syn_received;
  const bool itself = event.source && event.source == event.destination;
  return fmt::format("{}{} goes from {} to {}",
                     !simultaneous ? ""
                     : itself      ? "self-connect, "
                                   : "simultaneous open, ",
                     socket_in_words(timeline, event), to_string(*event.state),
                     to_string(*event.state_after));
}

}  // namespace

bool sends_reset(const Timeline& timeline, const TraceEvent& reset) {
  if (reset.flags && reset.flags->rst) return false;
  bool sends = false;
  for (const TraceEvent& event : timeline.trace) {
    if (event.host != reset.host || !is_sending(event)) continue;
    if (event.cause && event.cause == reset.segment && event.flags && event.flags->rst) return true;
    sends = true;
  }
  return !sends || timeline.trace_lost + timeline.trace_missed > 0;
}

bool is_consumed(const TraceEvent& drop) {
  return drop.reason == "TCP_OLD_DATA" && drop.length == 0U;
}

std::string event_in_words(const Timeline& timeline, const TraceEvent& event) {
  std::string words = std::string(to_string(event.event)) + in_brackets(to_string(event.detail));
  if (!event.caller.empty()) words += " for " + event.caller;
  std::string found;
  if (event.outcome != TraceOutcome::enter) found += fmt::format(" {}", to_string(event.outcome));
  const std::string name = socket_name(timeline, event.cookie);
  if (!name.empty()) found += " " + name;
  if (event.kind && event.kind != Kind::full) found += fmt::format(" {}", to_string(*event.kind));
  if (event.state) found += fmt::format(" {}", to_string(*event.state));
  if (changes_state(event)) found += fmt::format(" to {}", to_string(*event.state_after));
  found += in_brackets(event.reason);
  return found.empty() ? words : words + ":" + found;
}

std::string path_in_words(const Timeline& timeline, const Path& path) {
  std::string words;
  for (const TraceEvent* event : path.events)
    words += (words.empty() ? "" : "; ") + event_in_words(timeline, *event);
  return words;
}

// The most informative event first: after a reset the drop that follows it adds
// nothing, and many segments that were processed end in a drop without a reason.
std::string verdict_in_words(const Timeline& timeline, const Path& path) {
  if (const auto* reset = last(path, {KernelFunction::send_reset4}))
    return reset_in_words(timeline, path, *reset);
  if (const auto* reset = last(path, {KernelFunction::reset}))
    return fmt::format("the RST ends {}", socket_in_words(timeline, *reset));
  if (const auto* request = last(path, {KernelFunction::conn_request}))
    return conn_request_in_words(timeline, *request);
  if (last(path, {KernelFunction::child4}, makes_child))
    return "completes the handshake, the child socket is made";
  const auto* change = last(path, {KernelFunction::rcv_state}, changes_state);
  if (!change) change = last(path, {KernelFunction::set_state}, changes_state);
  if (change) return change_in_words(timeline, *change);
  if (const auto* time_wait = last(path, {KernelFunction::time_wait}))
    return time_wait_in_words(*time_wait);
  if (const auto* drop = last(path, {KernelFunction::drop}, says_why))
    return "dropped" + in_brackets(drop->reason);
  if (const auto* taken = last(path, {KernelFunction::rcv_state, KernelFunction::rcv_established}))
    return fmt::format("dealt with by {}{}", socket_in_words(timeline, *taken),
                       taken->state ? fmt::format(" in {}", to_string(*taken->state)) : "");
  if (last(path, {KernelFunction::drop})) return "dropped";
  return "";
}

}  // namespace lab
