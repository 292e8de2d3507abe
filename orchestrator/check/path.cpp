// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "check/parts.hpp"
#include "check/paths.hpp"
#include "check/repeats.hpp"
#include "check/segments.hpp"
#include "tcp_lookup/contract.h"

namespace lab::check {
namespace {

using scenario::PathEvent;

using Events = std::vector<const TraceEvent*>;

// Judges one step, event by event.
class Judge {
 public:
  Judge(const Context& context, const scenario::Path& expected)
      : context_(context), timeline_(context.timeline), expected_(expected) {}

  std::vector<Check> judge() {
    if (!timeline_.no_trace.empty()) {
      add(not_observed(title(subject()), Witness::trace, "the kernel's functions are traced",
                       timeline_.no_trace));
      return checks_;
    }
    if (!find_events()) return checks_;
    judge_passes();
    for (const PathEvent& event : expected_.never) judge_never(event);
    if (expected_.answer || expected_.unanswered) judge_answer();
    return checks_;
  }

 private:
  void add(Check check) {
    const std::string why = check.outcome == Outcome::fail ? why_unproven() : "";
    if (!why.empty())
      check = not_observed(std::move(check.title), Witness::trace, std::move(check.expected),
                           fmt::format("{}: {}", why, check.seen));
    checks_.push_back(std::move(check));
  }

  // Why the path of a segment may be another than the scenario means; empty: it is not. A machine
  // that stalls while packets are held makes the kernel send segments again. Some then arrive
  // twice, and the second time they meet another state.
  std::string why_unproven() const {
    const std::string held = why_repeated(context_.scenario, timeline_);
    if (!expected_.segment || held.empty() ||
        std::ranges::count(repeated(segments_at(timeline_, expected_.host)), true) == 0)
      return "";
    return fmt::format("{}, and {} saw a segment more than once", held, expected_.host);
  }

  std::string title(std::string_view what) const {
    return fmt::format("path on {}: {}", expected_.host, what);
  }
  std::string subject() const {
    return expected_.segment ? scenario::describe(*expected_.segment) : "every segment";
  }
  std::string words(const PathEvent& event) const {
    return scenario::describe(event, timeline_.family);
  }

  // Why the absence of an event proves nothing; empty: it does.
  std::string why_incomplete() const {
    if (timeline_.trace_lost + timeline_.trace_missed == 0) return "";
    return fmt::format("{} events were lost and {} calls missed, so the event may be among them",
                       timeline_.trace_lost, timeline_.trace_missed);
  }

  // Fails, unless the event may have been lost.
  void missing(std::string title, std::string expected, std::string seen) {
    if (std::string why = why_incomplete(); !why.empty())
      add(not_observed(std::move(title), Witness::trace, std::move(expected), std::move(why)));
    else
      add(failed(std::move(title), Witness::trace, std::move(expected), std::move(seen)));
  }

  // Why this kernel does not show `fact`, such as "tcp_v4_rcv" or "drop_reasons"; empty: it
  // does.
  std::string why_unseen(const std::string& fact) const {
    const auto found = timeline_.trace_blind.find(fact);
    if (found == timeline_.trace_blind.end()) return "";
    std::string why = found->second;
    std::replace(why.begin(), why.end(), '_', ' ');  // values of "info" contain no spaces
    return why;
  }
  std::string why_blind(KernelFunction ipv4_function) const {
    const std::string name(kernel_name(ipv4_function, timeline_.family));
    const std::string why = why_unseen(name);
    return why.empty() ? ""
                       : fmt::format("this kernel does not show the calls of {}(): {}", name, why);
  }
  std::string why_drop_unknown(const PathEvent& event) const {
    if (event.event != KernelFunction::drop) return "";
    const std::string why = why_unseen(TCP_LOOKUP_SEES_DROP_REASONS);
    return why.empty() ? "" : fmt::format("this kernel does not show drop reasons: {}", why);
  }

  // For an event that matches except for the reason, which this kernel does not report.
  static std::string why_unknown(const PathEvent& event, const std::string& seen) {
    return fmt::format("this kernel reports no reason, so {} cannot be checked: {}", event.reason,
                       seen);
  }

  // Finds the events to judge: those of the segment, or all of the host. False: there is no
  // such segment.
  bool find_events() {
    paths_ = paths_at(timeline_, expected_.host);
    if (!expected_.segment) {
      events_ = events_at(timeline_, expected_.host);
      return true;
    }
    path_ = path_of(timeline_, paths_, context_.scenario, context_.record.index);
    const std::string expected = fmt::format("{} sees {}", expected_.host, subject());
    if (!path_) {
      missing(title(fmt::format("saw {}", subject())), expected, segments_seen());
      return false;
    }
    events_ = path_->events;
    add(passed(title(fmt::format("saw {}", subject())), Witness::trace, expected,
               fmt::format("saw {}", describe(timeline_, *path_))));
    return true;
  }

  std::string segments_seen() const {
    std::vector<std::string> seen;
    for (const SegmentPath& path : paths_) seen.push_back(describe(timeline_, path));
    if (seen.empty()) return "no segment was seen";
    return fmt::format("no such segment, except those of earlier path steps; seen: {}",
                       fmt::join(seen, "; "));
  }

  // The whole path in words. For a whole host that would be too long, so it is only the calls
  // of this function.
  std::string events_in_words(KernelFunction ipv4_function) const {
    std::vector<std::string> parts;
    for (const TraceEvent* event : events_)
      if (path_ || event->event == for_family(ipv4_function, timeline_.family))
        parts.push_back(describe(timeline_, *event));
    if (!path_ && parts.empty())
      return fmt::format("none of its {} events is a call of that function", events_.size());
    const std::string answers = path_ ? fmt::format("; {}", answered()) : "";
    return fmt::format("{}: {}{}", path_ ? "its path" : "the calls of that function",
                       fmt::join(parts, "; "), answers);
  }

  std::string answered() const {
    if (path_->answers.empty()) return "no answer";
    std::vector<std::string> flags;
    for (const TraceEvent* sent : path_->answers)
      flags.push_back(sent->flags ? scenario::written_flags(*sent->flags) : "?");
    return fmt::format("answered by {}", fmt::join(flags, ", "));
  }

  // Judges the events in order; a missing one does not hide the next.
  void judge_passes() {
    auto from = events_.begin();
    std::string after;
    for (const PathEvent& event : expected_.passes) {
      const std::string expected =
          fmt::format("{} on {} reaches {}{}", subject(), expected_.host, words(event), after);
      if (const std::string why = why_blind(event.event); !why.empty()) {
        add(not_observed(title(words(event)), Witness::trace, expected, why));
        continue;
      }
      const auto first = [&](Fit wanted) {
        return std::find_if(from, events_.end(), [&](const TraceEvent* seen) {
          return fit(timeline_, event, *seen) == wanted;
        });
      };
      auto found = first(Fit::yes);
      const bool certain = found != events_.end();
      if (!certain) found = first(Fit::reason_unknown);
      if (const std::string why = why_drop_unknown(event); found == events_.end() && !why.empty()) {
        add(not_observed(title(words(event)), Witness::trace, expected, why));
        continue;
      }
      if (found == events_.end()) {
        missing(title(words(event)), expected,
                fmt::format("it does not; {}", events_in_words(event.event)));
        continue;
      }
      const std::string seen = fmt::format("saw {}", describe(timeline_, **found));
      add(certain ? passed(title(words(event)), Witness::trace, expected, seen)
                  : not_observed(title(words(event)), Witness::trace, expected,
                                 why_unknown(event, seen)));
      from = std::next(found);
      after = fmt::format(", after {}", words(event));
    }
  }

  void judge_never(const PathEvent& event) {
    const std::string never = title(fmt::format("never {}", words(event)));
    const std::string expected =
        fmt::format("{} on {} does not reach {}", subject(), expected_.host, words(event));
    if (const std::string why = why_blind(event.event); !why.empty())
      return add(not_observed(never, Witness::trace, expected, why));
    for (const TraceEvent* seen : events_) {
      const std::string words = fmt::format("saw {}", describe(timeline_, *seen));
      switch (fit(timeline_, event, *seen)) {
        case Fit::no:
          break;
        case Fit::reason_unknown:
          return add(not_observed(never, Witness::trace, expected, why_unknown(event, words)));
        case Fit::yes:
          return add(failed(never, Witness::trace, expected,
                            fmt::format("{}; {}", words, events_in_words(event.event))));
      }
    }
    for (const std::string& why : {why_incomplete(), why_drop_unknown(event)})
      if (!why.empty()) return add(not_observed(never, Witness::trace, expected, why));
    add(passed(never, Witness::trace, expected,
               fmt::format("none of {} events matches", events_.size())));
  }

  void judge_answer() {
    const std::string what =
        expected_.unanswered
            ? "not answered"
            : fmt::format("answered by {}", scenario::written_flags(*expected_.answer));
    const std::string expected = fmt::format("{} on {} is {}", subject(), expected_.host, what);
    if (const std::string why = why_blind(KernelFunction::send4); !why.empty())
      return add(not_observed(title(what), Witness::trace, expected, why));
    const auto& answers = path_->answers;
    const bool holds = expected_.unanswered
                           ? answers.empty()
                           : std::any_of(answers.begin(), answers.end(), [&](const auto* sent) {
                               return sent->flags == expected_.answer;
                             });
    const std::string seen = fmt::format("it is not; {}", events_in_words(KernelFunction::send4));
    if (const std::string why = why_incomplete(); holds && expected_.unanswered && !why.empty())
      return add(not_observed(title(what), Witness::trace, expected, why));
    if (holds) return add(passed(title(what), Witness::trace, expected, answered()));
    if (expected_.unanswered) return add(failed(title(what), Witness::trace, expected, seen));
    missing(title(what), expected, seen);
  }

  const Context& context_;
  const Timeline& timeline_;
  const scenario::Path& expected_;
  std::vector<SegmentPath> paths_;
  const SegmentPath* path_ = nullptr;  // into paths_; null: the step is about the whole host
  Events events_;
  std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> judge_step(const Context& context, const scenario::Path& path) {
  return Judge(context, path).judge();
}

}  // namespace lab::check
