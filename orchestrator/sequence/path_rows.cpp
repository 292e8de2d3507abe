// SPDX-License-Identifier: MIT
#include "sequence/path_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "record/entries.hpp"
#include "record/path_words.hpp"
#include "sequence/state_changes.hpp"
#include "tcp_lookup/contract.h"

namespace lab::sequence {
namespace {

using draw::Ink;

constexpr const char* backlog = "from the backlog";

using Events = std::vector<const TraceEvent*>;

bool is(const TraceEvent& event, std::string_view four, std::string_view six) {
  return event.event == four || event.event == six;
}
bool is_demux(const TraceEvent& event) {
  return is(event, TCP_LOOKUP_EVENT_EARLY_DEMUX4, TCP_LOOKUP_EVENT_EARLY_DEMUX6);
}
bool is_rcv(const TraceEvent& event) {
  return is(event, TCP_LOOKUP_EVENT_RCV4, TCP_LOOKUP_EVENT_RCV6);
}
bool is_ehash(const TraceEvent& event) {
  return is(event, TCP_LOOKUP_EVENT_ESTABLISHED4, TCP_LOOKUP_EVENT_ESTABLISHED6);
}
bool is_listener(const TraceEvent& event) {
  return is(event, TCP_LOOKUP_EVENT_LISTENER4, TCP_LOOKUP_EVENT_LISTENER6);
}
bool is_lhash(const TraceEvent& event) {
  return is(event, TCP_LOOKUP_EVENT_LHASH4, TCP_LOOKUP_EVENT_LHASH6);
}

// A function whose outcome is that of its own lookup adds nothing: early demux after ehash, the
// listener lookup after its last bucket.
bool repeats_lookup(const TraceEvent& event, const TraceEvent* before) {
  if (!before || before->outcome != event.outcome || before->cookie != event.cookie) return false;
  return (is_demux(event) && is_ehash(*before) && before->caller == event.event) ||
         (is_listener(event) && is_lhash(*before) && before->caller == event.event);
}

// tcp_rcv_state_process() and the tracepoint in it report the same states.
bool repeated_by_state_process(const TraceEvent& event, const Events& events) {
  return event.event == TCP_LOOKUP_EVENT_SET_STATE &&
         std::any_of(events.begin(), events.end(), [&](const TraceEvent* other) {
           return other->event == TCP_LOOKUP_EVENT_RCV_STATE && other->number > event.number &&
                  other->cookie == event.cookie && other->state == event.state &&
                  other->state_after == event.state_after;
         });
}

Ink ink_of(std::string_view outcome) {
  constexpr std::array<std::pair<std::string_view, Ink>, 9> inks{{
      {TCP_LOOKUP_HIT, Ink::accent},
      {TCP_LOOKUP_OUTCOME_REQUEST, Ink::accent},
      {TCP_LOOKUP_OUTCOME_CHILD, Ink::accent},
      {TCP_LOOKUP_MISS, Ink::faint},
      {TCP_LOOKUP_OUTCOME_NO_SOCKET, Ink::bad},
      {TCP_LOOKUP_OUTCOME_SOCKET, Ink::bad},
      {TCP_LOOKUP_OUTCOME_RESET, Ink::bad},
      {TCP_LOOKUP_OUTCOME_DROPPED, Ink::bad},
      {TCP_LOOKUP_OUTCOME_NONE, Ink::bad},
  }};
  for (const auto& [word, ink] : inks)
    if (word == outcome) return ink;
  return Ink::plain;
}

bool is_reset(const TraceEvent& event) {
  return is(event, TCP_LOOKUP_EVENT_SEND_RESET4, TCP_LOOKUP_EVENT_SEND_RESET6);
}

std::string result_in_words(const TraceEvent& event) {
  if (is_consumed(event)) return fmt::format("consumed, nothing to keep ({})", event.reason);
  std::string outcome = event.outcome;
  if (outcome == TCP_LOOKUP_OUTCOME_ENTER || outcome == TCP_LOOKUP_OUTCOME_OK) outcome.clear();
  if (event.reason.empty()) return outcome;
  return outcome.empty() ? event.reason : fmt::format("{} {}", outcome, event.reason);
}

std::string socket_of(const Timeline& timeline, const TraceEvent& event) {
  if (!event.state) return "";
  if (const auto change = state_change_of(timeline, event); change && !change->before) {
    const std::string name = socket_name(timeline, change->cookie);
    return fmt::format("{}, {}", name.empty() ? "the child" : name + ", the child",
                       to_string(change->after));
  }
  std::string words = socket_name(timeline, event.cookie);
  if (!words.empty()) words += ", ";
  words += to_string(*event.state);
  if (event.state_after && event.state_after != event.state)
    words += fmt::format(" > {}", to_string(*event.state_after));
  if (event.kind.value_or(Kind::full) != Kind::full)
    words += fmt::format(", {}", to_string(*event.kind));
  return words;
}

PathRow row_of(const Timeline& timeline, const TraceEvent& event) {
  PathRow row;
  row.what = event.detail.empty() ? event.event : fmt::format("{} {}", event.event, event.detail);
  row.outcome = result_in_words(event);
  row.ink = is_consumed(event) ? Ink::plain : ink_of(event.outcome);
  if (is_reset(event) && !sends_reset(timeline, event)) {
    row.outcome += ", sends nothing";
    row.ink = Ink::plain;
  }
  row.socket = socket_of(timeline, event);
  return row;
}

}  // namespace

std::vector<PathRow> rows_of(const Timeline& timeline, const Events& events) {
  std::vector<PathRow> rows;
  std::string asker, named;  // the current caller, and the one in the last rows
  const TraceEvent* before = nullptr;
  const auto add = [&](PathRow row) {
    if (asker != named) row.asker = named = asker;
    rows.push_back(std::move(row));
  };
  for (const TraceEvent* event : events) {
    if (is_sending(*event)) continue;
    const TraceEvent* last = std::exchange(before, event);
    if (repeats_lookup(*event, last) || repeated_by_state_process(*event, events)) continue;
    if (is_rcv(*event)) {
      if (asker != named) add({});
      asker = event->event;
      continue;
    }
    if (is_demux(*event))
      asker = event->event;
    else if ((is_ehash(*event) || is_listener(*event)) && !event->caller.empty())
      asker = event->caller;
    PathRow row = row_of(timeline, *event);
    if (is_demux(*event)) row.what.clear();  // the caller itself
    add(std::move(row));
    // The rest happens when the owner releases the socket.
    if (event->event == TCP_LOOKUP_EVENT_BACKLOG) asker = backlog;
  }
  if (asker != named && asker != backlog) add({});
  return rows;
}

std::vector<PathCall> calls_of(const std::vector<PathRow>& rows) {
  std::vector<PathCall> calls;
  const auto add = [&calls](std::string_view function, const std::string& outcome, Ink ink) {
    const auto same = std::ranges::find(calls, function, &PathCall::function);
    if (same == calls.end()) {
      calls.push_back({std::string(function), outcome, ink});
    } else {
      same->outcome = outcome;
      same->ink = ink;
    }
  };
  const bool reset = std::ranges::any_of(rows, [](const PathRow& row) {
    return row.what == TCP_LOOKUP_EVENT_SEND_RESET4 || row.what == TCP_LOOKUP_EVENT_SEND_RESET6;
  });
  for (const PathRow& row : rows) {
    // Its detail names the address that was searched for.
    const std::string_view function = std::string_view(row.what).substr(0, row.what.find(' '));
    if (function.empty()) continue;
    if (function == TCP_LOOKUP_EVENT_BACKLOG || function == TCP_LOOKUP_EVENT_SET_STATE) continue;
    if (function == TCP_LOOKUP_EVENT_DROP && reset) continue;  // the reset has the reason
    add(function, row.outcome, row.ink);
  }
  return calls;
}

}  // namespace lab::sequence
