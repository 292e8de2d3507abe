// SPDX-License-Identifier: MIT
#include "sequence/path_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "record/entries.hpp"
#include "record/path_words.hpp"
#include "sequence/state_changes.hpp"

namespace lab::sequence {
namespace {

using draw::Ink;

constexpr const char* backlog = "from the backlog";

using Events = std::vector<const TraceEvent*>;

// A function whose outcome is that of its own lookup adds nothing: early demux after ehash, the
// listener lookup after its last bucket.
bool repeats_lookup(const TraceEvent& event, const TraceEvent* before) {
  if (!before || before->outcome != event.outcome || before->cookie != event.cookie) return false;
  if (before->caller != to_string(event.event)) return false;
  return (is_call_of(event, KernelFunction::early_demux4) &&
          is_call_of(*before, KernelFunction::established4)) ||
         (is_call_of(event, KernelFunction::listener4) &&
          is_call_of(*before, KernelFunction::lhash4));
}

// tcp_rcv_state_process() and the tracepoint in it report the same states.
bool repeated_by_state_process(const TraceEvent& event, const Events& events) {
  return event.event == KernelFunction::set_state &&
         std::any_of(events.begin(), events.end(), [&](const TraceEvent* other) {
           return other->event == KernelFunction::rcv_state && other->number > event.number &&
                  other->cookie == event.cookie && other->state == event.state &&
                  other->state_after == event.state_after;
         });
}

Ink ink_of(std::optional<TraceOutcome> outcome) {
  if (!outcome) return Ink::plain;
  switch (*outcome) {
    case TraceOutcome::hit:
    case TraceOutcome::request:
    case TraceOutcome::child:
      return Ink::accent;
    case TraceOutcome::miss:
      return Ink::faint;
    case TraceOutcome::no_socket:
    case TraceOutcome::socket:
    case TraceOutcome::reset:
    case TraceOutcome::dropped:
    case TraceOutcome::none:
      return Ink::bad;
    default:
      return Ink::plain;
  }
}

std::string result_in_words(const TraceEvent& event) {
  if (is_consumed(event)) return fmt::format("consumed, nothing to keep ({})", event.reason);
  const bool says_nothing =
      event.outcome == TraceOutcome::enter || event.outcome == TraceOutcome::ok;
  const std::string outcome(says_nothing ? "" : to_string(event.outcome));
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
  row.function = event.event;
  row.what = to_string(event.event);
  if (event.detail) row.what += fmt::format(" {}", to_string(*event.detail));
  row.outcome = result_in_words(event);
  row.ink = is_consumed(event) ? Ink::plain : ink_of(event.outcome);
  if (is_call_of(event, KernelFunction::send_reset4) && !sends_reset(timeline, event)) {
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
    if (is_call_of(*event, KernelFunction::rcv4)) {
      if (asker != named) add({});
      asker = to_string(event->event);
      continue;
    }
    const bool demux = is_call_of(*event, KernelFunction::early_demux4);
    if (demux)
      asker = to_string(event->event);
    else if ((is_call_of(*event, KernelFunction::established4) ||
              is_call_of(*event, KernelFunction::listener4)) &&
             !event->caller.empty())
      asker = event->caller;
    PathRow row = row_of(timeline, *event);
    if (demux) {  // the caller itself
      row.function.reset();
      row.what.clear();
    }
    add(std::move(row));
    // The rest happens when the owner releases the socket.
    if (event->event == KernelFunction::backlog) asker = backlog;
  }
  if (asker != named && asker != backlog) add({});
  return rows;
}

std::vector<PathCall> calls_of(const std::vector<PathRow>& rows) {
  std::vector<PathCall> calls;
  const auto add = [&calls](KernelFunction function, const std::string& outcome, Ink ink) {
    const auto same = std::ranges::find(calls, to_string(function), &PathCall::function);
    if (same == calls.end()) {
      calls.push_back({std::string(to_string(function)), outcome, ink});
    } else {
      same->outcome = outcome;
      same->ink = ink;
    }
  };
  const bool reset = std::ranges::any_of(rows, [](const PathRow& row) {
    return row.function && ipv4_function(*row.function) == KernelFunction::send_reset4;
  });
  for (const PathRow& row : rows) {
    if (!row.function) continue;
    if (row.function == KernelFunction::backlog || row.function == KernelFunction::set_state)
      continue;
    if (row.function == KernelFunction::drop && reset) continue;  // the reset has the reason
    add(*row.function, row.outcome, row.ink);
  }
  return calls;
}

}  // namespace lab::sequence
