// SPDX-License-Identifier: MIT
#include "sequence/sequence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "check/paths.hpp"
#include "record/entries.hpp"
#include "record/path_words.hpp"
#include "record/paths.hpp"
#include "sequence/collapse.hpp"
#include "sequence/messages.hpp"
#include "sequence/state_changes.hpp"
#include "sequence/step_result.hpp"

namespace lab::sequence {
namespace {

// On success, the picture already shows its result.
bool prepares(const StepRecord& step) { return step.step_class == StepClass::prepares; }

// Omits what the step's own words say.
std::string news_of(const StepRecord& step) {
  const std::string result = result_of(step);
  const bool known = step.text.ends_with(result) || (prepares(step) && step.played.error == 0);
  return known && !step.played.timed_out ? "" : result;
}

class SequenceBuilder {
 public:
  SequenceBuilder(const Timeline& timeline, const SequenceSettings& settings)
      : timeline_(timeline), settings_(settings), paths_(paths_of(timeline)) {}

  Sequence all() {
    for (const std::string& host : hosts_in_order(timeline_))
      sequence_.lanes.push_back({host, {}, false});
    add_unknown_lanes();
    sequence_.messages = messages_of(timeline_, paths_, sequence_.lanes);
    add_steps();
    add_legs();
    add_unseen();
    timeline_.trace.empty() ? add_states_from_tables() : add_states_from_trace();
    std::ranges::stable_sort(sequence_.rows, before);
    forget_short_waits();
    for (SequenceRow& row : sequence_.rows) row.step = step_at(row);
    if (!sequence_.rows.empty()) sequence_.origin = sequence_.rows.front().time;
    if (settings_.collapse) {
      join_steps();
      collapse(sequence_);
    }
    return std::move(sequence_);
  }

 private:
  // By time; at equal times the step comes first and its failure last.
  static bool before(const SequenceRow& one, const SequenceRow& other) {
    const auto rank = [](const SequenceRow& row) {
      if (std::holds_alternative<StepBegin>(row.what)) return 0;
      if (std::holds_alternative<Wait>(row.what)) return 1;
      if (std::holds_alternative<StepFailed>(row.what)) return 3;
      return 2;
    };
    return one.time != other.time ? one.time < other.time : rank(one) < rank(other);
  }

  std::size_t lane_of(const std::string& host) const {
    const auto lane = std::ranges::find(sequence_.lanes, host, &Lane::host);
    return static_cast<std::size_t>(lane - sequence_.lanes.begin());
  }

  bool has_lane(const std::string& host) const { return lane_of(host) < sequence_.lanes.size(); }

  // A packet on an interface without a link is from an unknown host.
  void add_unknown_lanes() {
    for (const Flight& flight : flights(timeline_))
      for (const std::string& host : {flight.from, flight.to})
        if (!has_lane(host)) sequence_.lanes.push_back({host, {}, false});
  }

  std::optional<std::size_t> step_at(const SequenceRow& row) const {
    if (const auto* failed = std::get_if<StepFailed>(&row.what)) return failed->step->index;
    std::optional<std::size_t> step;
    for (const StepRecord& each : timeline_.steps)
      if (each.skipped.empty() && each.begin <= row.time) step = each.index;
    return step;
  }

  void add_steps() {
    for (const StepRecord& step : timeline_.steps) {
      StepBegin begin;
      begin.step = &step;
      for (const std::string& host : step.hosts)
        if (has_lane(host)) begin.lanes.push_back(lane_of(host));
      begin.looks = step.step_class == StepClass::observes;
      begin.text = begin.looks && !step.subject.empty() ? step.subject : step.text;
      begin.result = begin.looks ? "" : news_of(step);
      for (const Check& check : step.checks) {
        begin.checks.pass += check.outcome == Outcome::pass;
        begin.checks.fail += check.outcome == Outcome::fail;
        begin.checks.not_observed += check.outcome == Outcome::not_observed;
      }
      sequence_.rows.push_back({step.begin, {}, begin});
      if (outcome_of(step) == Outcome::fail)
        sequence_.rows.push_back({step.end, {}, StepFailed{&step}});
    }
  }

  // Consecutive steps that only prepare a host or only observe.
  void join_steps() {
    std::vector<SequenceRow> joined;
    for (SequenceRow& row : sequence_.rows) {
      const auto* next = std::get_if<StepBegin>(&row.what);
      auto* last = joined.empty() ? nullptr : std::get_if<StepBegin>(&joined.back().what);
      if (!next || !last || !joins(*last, *next)) {
        joined.push_back(std::move(row));
        continue;
      }
      last->also.push_back(next->step);
      if (last->text.find(next->text) == std::string::npos) last->text += "; " + next->text;
      last->checks.pass += next->checks.pass;
      last->checks.not_observed += next->checks.not_observed;
    }
    sequence_.rows = std::move(joined);
  }

  static bool joins(const StepBegin& last, const StepBegin& next) {
    const auto plain = [](const StepBegin& each) {
      return each.step->note.empty() && each.step->skipped.empty() && each.result.empty() &&
             each.checks.fail == 0;
    };
    if (!plain(last) || !plain(next)) return false;
    if (outcome_of(*last.step) != outcome_of(*next.step)) return false;
    if (last.looks && next.looks) return true;
    return prepares(*last.step) && prepares(*next.step) && last.lanes == next.lanes;
  }

  void add_legs() {
    for (std::size_t i = 0; i < sequence_.messages.size(); ++i) {
      const auto& hops = sequence_.messages[i].hops;
      std::size_t begin = 0;
      for (std::size_t hop = 0; hop < hops.size(); ++hop) {
        if (hops[hop].held && hop > begin) {
          add_leg(i, begin, hop);
          begin = hop;
        }
        if (hops[hop].held && hops[hop].ready)
          sequence_.rows.push_back({*hops[hop].ready, {}, Wait{i, hop}});
      }
      add_leg(i, begin, hops.size());
    }
  }

  void add_leg(std::size_t message, std::size_t begin, std::size_t end) {
    const Hop& hop = sequence_.messages[message].hops[begin];
    const bool seen = hop.flight.left || hop.flight.arrived;
    if (!seen && hop.held) return;  // it waits to the end
    sequence_.rows.push_back(
        {seen ? hop.flight.time() : hop.ready.value_or(0), {}, Leg{message, begin, end}});
  }

  // If nothing is in between, the leg itself shows that it was held.
  void forget_short_waits() {
    auto& rows = sequence_.rows;
    for (std::size_t i = 0; i + 1 < rows.size();) {
      const Wait* wait = std::get_if<Wait>(&rows[i].what);
      const Leg* leg = std::get_if<Leg>(&rows[i + 1].what);
      if (wait && leg && wait->message == leg->message && wait->hop == leg->begin)
        rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(i));
      else
        ++i;
    }
  }

  // A host's segments without a captured packet, unless the host only sent them.
  void add_unseen() {
    for (const HostRecord& host : timeline_.hosts) {
      for (const check::SegmentPath& path : check::paths_at(timeline_, host.name)) {
        if (arrival_of(timeline_, paths_, host.name, path.segment)) continue;
        Unseen unseen;
        unseen.events = path.events;
        std::erase_if(unseen.events, [](const TraceEvent* event) { return is_sending(*event); });
        if (unseen.events.empty()) continue;
        unseen.lane = lane_of(host.name);
        unseen.segment = check::describe(timeline_, path);
        unseen.path = rows_of(timeline_, unseen.events);
        unseen.verdict = verdict_in_words(timeline_, {path.segment, {}, unseen.events});
        const Timestamp time = unseen.events.front()->time;
        sequence_.rows.push_back({time, {}, std::move(unseen)});
      }
    }
  }

  void add_states_from_trace() {
    std::map<const TraceEvent*, std::size_t> receptions;
    for (std::size_t i = 0; i < sequence_.messages.size(); ++i)
      for (const TraceEvent* event : sequence_.messages[i].events) receptions.emplace(event, i);
    for (const TraceEvent& event : timeline_.trace) {
      const auto traced = state_change_of(timeline_, event);
      if (!traced || !has_lane(event.host)) continue;
      StateChange change{lane_of(event.host), name_of_socket(event, *traced),
                         traced->before,      traced->after,
                         event.kind.value_or(Kind::full), true};
      if (const auto found = receptions.find(&event); found != receptions.end())
        sequence_.messages[found->second].changes.push_back(std::move(change));
      else
        sequence_.rows.push_back({event.time, {}, std::move(change)});
    }
  }

  std::string name_of_socket(const TraceEvent& event, const TracedChange& change) const {
    const std::string name = socket_name(timeline_, change.cookie);
    if (!name.empty()) return name;
    if (!change.before && event.source && event.destination)
      return fmt::format("child of {}", name_of(timeline_, *event.source));
    return event.source ? name_of(timeline_, *event.source) : "a socket";
  }

  // Without a trace: what each snapshot shows that the previous one did not.
  void add_states_from_tables() {
    std::map<std::pair<std::string, std::uint64_t>, TcpState> known;
    for (const StepRecord& step : timeline_.steps)
      for (const Snapshot& snapshot : step.snapshots)
        for (const auto* table : {&snapshot.bound, &snapshot.listeners, &snapshot.ehash})
          for (const Witnessed& witnessed : *table)
            for (const Row& row : witnessed.rows.value_or(std::vector<Row>{}))
              see(step, snapshot.host, row, known);
  }

  void see(const StepRecord& step, const std::string& host, const Row& row,
           std::map<std::pair<std::string, std::uint64_t>, TcpState>& known) {
    if (row.cookie.value_or(0) == 0 || !has_lane(host)) return;
    const auto [last, fresh] = known.try_emplace({host, *row.cookie}, row.state);
    // A socket that is only bound has not changed.
    if (fresh ? row.state == TcpState::closed : last->second == row.state) return;
    const std::string name = socket_name(timeline_, row.cookie);
    StateChange change{lane_of(host), name.empty() ? name_of(timeline_, row.local) : name,
                       std::nullopt,  row.state,
                       row.kind,      false};
    if (!fresh) change.before = std::exchange(last->second, row.state);
    sequence_.rows.push_back({step.end, {}, std::move(change)});
  }

  const Timeline& timeline_;
  SequenceSettings settings_;
  Paths paths_;
  Sequence sequence_;
};

}  // namespace

Sequence sequence_of(const Timeline& timeline, const SequenceSettings& settings) {
  return SequenceBuilder(timeline, settings).all();
}

}  // namespace lab::sequence
