// SPDX-License-Identifier: MIT
#include "diagram/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "diagram/label.hpp"
#include "diagram/verdict.hpp"
#include "util/text.hpp"

namespace lab::diagram {
namespace {

using draw::Ink;
using draw::Text;
using sequence::Fate;
using sequence::Hop;
using sequence::Leg;
using sequence::Message;
using sequence::PathCall;
using sequence::PathRow;
using sequence::StateChange;
using sequence::StepBegin;

class Builder {
 public:
  Builder(const Timeline& timeline, const draw::Glyphs& glyphs, const LadderSettings& settings)
      : timeline_(timeline), glyphs_(glyphs), settings_(settings) {
    ladder_.sequence = sequence::sequence_of(timeline, {.collapse = settings.collapse});
  }

  Ladder all() {
    const auto& rows = ladder_.sequence.rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Leg* leg = std::get_if<Leg>(&rows[i].what);
      const Leg* next = i + 1 < rows.size() ? std::get_if<Leg>(&rows[i + 1].what) : nullptr;
      if (leg && next && crosses(*leg, *next)) {
        ArrowRow first = arrow(*leg);  // its words come first
        add(CrossRow{std::move(first), arrow(*next)});
        ladder_.times.push_back(rows[i].time);
        ++i;
        continue;
      }
      std::visit([this](const auto& what) { row(what); }, rows[i].what);
      ladder_.times.push_back(rows[i].time);
    }
    remarks();
    return std::move(ladder_);
  }

 private:
  void add(LadderRow row) { ladder_.rows.push_back(std::move(row)); }
  const Message& message(std::size_t index) const { return ladder_.message(index); }
  std::string dot() const { return fmt::format(" {} ", glyphs_.dot); }

  // --- steps and states --------------------------------------------------------------

  void row(const StepBegin& begin) {
    const StepRecord& step = *begin.step;
    const bool skipped = !step.skipped.empty();
    StepRow row;
    row.step = &step;
    row.looks = begin.looks;
    row.mark = mark_of(glyphs_, step);
    row.numbers = begin.numbers();
    row.lane = begin.looks || begin.lanes.size() != 1 ? 0 : begin.lanes.front();
    row.text = {{begin.text, begin.looks || skipped ? Ink::faint : Ink::strong}};
    if (skipped) row.text.push_back({"  skipped: " + step.skipped, Ink::doubtful});
    if (!begin.result.empty()) row.text.push_back({dot(), Ink::faint});
    row.result = begin.result;
    row.whole = begin.checks.fail > 0;
    if (begin.looks && begin.checks.pass > 0)
      row.after.push_back({dot() + plural(begin.checks.pass, "check") + " passed", Ink::faint});
    if (begin.checks.not_observed > 0)
      row.after.push_back(
          {fmt::format("{}{} not observed", dot(), begin.checks.not_observed), Ink::doubtful});
    for (const Check& check : step.checks) add_reason(row, check);
    if (!step.note.empty()) row.below.push_back({row.lane, {{step.note, Ink::faint}}});
    add(std::move(row));
  }

  // Each reason once in the whole ladder. A missing module is in the remarks.
  void add_reason(StepRow& row, const Check& check) {
    if (check.outcome != Outcome::not_observed) return;
    const std::string why = why_not_observed(check);
    if (!timeline_.no_trace.empty() && why.ends_with(timeline_.no_trace)) return;
    if (!reasons_.insert(why).second) return;
    row.below.push_back(
        {row.lane, {{fmt::format("{} {}", glyphs_.not_observed, why), Ink::doubtful}}});
  }

  void row(const sequence::StepFailed& failed) { add(failed_checks_of(timeline_, *failed.step)); }

  // "l: SYN-SENT → SYN-RECEIVED"
  Words state(const StateChange& change, std::string_view remark = {}) const {
    std::string start = change.socket + ": ";
    if (change.before) start += fmt::format("{} {} ", to_string(*change.before), glyphs_.becomes);
    Words words{change.lane, {{start}, {std::string(to_string(change.after)), Ink::good}}, true};
    if (change.kind != Kind::full)
      words.text.push_back({fmt::format(" ({})", to_string(change.kind))});
    if (!remark.empty()) words.text.push_back({dot().append(remark), Ink::accent});
    return words;
  }

  void row(const StateChange& change) { add(state(change)); }

  void row(const sequence::Unseen& unseen) {
    UnseenRow row;
    row.words.push_back(
        {unseen.lane, {{unseen.segment, Ink::strong}, {", no packet captured", Ink::doubtful}}});
    add_path(row.words, unseen.lane, unseen.path);
    if (!unseen.verdict.empty())
      row.words.push_back({unseen.lane, {{unseen.verdict, Ink::accent}}});
    add(std::move(row));
  }

  void row(const sequence::Collapsed& collapsed) {
    CollapsedRow row;
    row.low = ladder_.sequence.lanes.size() - 1;
    for (const std::size_t each : collapsed.messages) {
      row.low = std::min({row.low, message(each).from(), message(each).to()});
      row.high = std::max({row.high, message(each).from(), message(each).to()});
    }
    const Message& first = message(collapsed.messages.front());
    row.segments = first.is_segment();
    row.text = row.segments ? fmt::format("{0} {1} {0}", glyphs_.ellipsis, collapsed.words)
                            : collapsed.words;
    row.time = first.first().time();
    add(std::move(row));
  }

  // --- messages ----------------------------------------------------------------------

  static Text text_of(const Label& label) {
    Text text = {{label.flags, label.ink}};
    if (!label.numbers.empty()) text.push_back({" " + label.numbers});
    if (!label.remark.empty()) text.push_back({", " + label.remark, Ink::doubtful});
    return text;
  }

  void row(const sequence::Wait& wait) {
    const Hop& hop = message(wait.message).hops[wait.hop];
    HoldRow row{wait.message, wait.hop, text_of(label_of(message(wait.message))), {}, false};
    row.for_ever = message(wait.message).fate == Fate::never_left;
    row.label.push_back({row.for_ever ? ", held to the end" : ", held", Ink::doubtful});
    if (!hop.ready_at_latest) row.time = hop.ready;
    if (!row.for_ever) waiting_.insert(wait.message);
    add(std::move(row));
  }

  void row(const Leg& leg) { add(arrow(leg)); }

  bool crosses(const Leg& one, const Leg& other) const {
    return message(one.message).crosses == other.message && !waiting_.contains(one.message) &&
           !waiting_.contains(other.message);
  }

  ArrowRow arrow(const Leg& leg) {
    const Hop& first = message(leg.message).hops[leg.begin];
    ArrowRow row{leg.message, leg.begin, leg.end, label_for(leg), first.ready, false, {}};
    if (first.flight.left || first.flight.arrived) row.time = first.flight.time();
    row.waited = waiting_.erase(leg.message) > 0;
    add_arrival(row.arrival, leg);
    return row;
  }

  Text label_for(const Leg& leg) const {
    const Message& sent = message(leg.message);
    Label label = label_of(sent);
    const Hop& hop = sent.hops[leg.begin];
    const bool never = sent.fate == Fate::never_left;
    const auto remark = [&label](std::string_view words) {
      label.remark.append(label.remark.empty() ? "" : ", ").append(words);
    };
    if (hop.held && !waiting_.contains(leg.message)) remark("held");
    if (!hop.flight.left && !never) remark("not seen leaving");
    if (never) remark("no interface saw it leave");
    if (leg.end == sent.hops.size() && sent.fate == Fate::lost_on_link) remark("not seen arriving");
    return text_of(label);
  }

  void add_arrival(std::vector<Words>& into, const Leg& leg) {
    const Message& sent = message(leg.message);
    for (std::size_t i = std::max<std::size_t>(leg.begin, 1); i < leg.end; ++i)
      if (const Hop& hop = sent.hops[i]; !hop.rewritten.empty())
        into.push_back({hop.from, {{"now " + hop.rewritten, Ink::faint}}});
    if (leg.end < sent.hops.size()) return;
    const std::size_t lane = sent.to();
    if (sent.fate == Fate::dropped) into.push_back({lane, {{"dropped on arrival", Ink::bad}}});
    if (sent.fate == Fate::stopped) into.push_back({lane, {{"goes no further", Ink::bad}}});
    if (sent.fate != Fate::arrived) return;
    add_path(into, lane, sent.path);
    const Verdict verdict = verdict_of(sent);
    if (!verdict.text.empty()) into.push_back({lane, {{verdict.text, verdict.ink}}});
    std::string_view remark = verdict.of_change;
    for (const StateChange& each : sent.changes)
      into.push_back(state(each, std::exchange(remark, {})));
  }

  void add_path(std::vector<Words>& into, std::size_t lane, const std::vector<PathRow>& rows) {
    if (settings_.every_event) {
      for (const PathRow& each : rows) into.push_back({lane, event_in_words(each)});
      return;
    }
    const auto calls = calls_of(rows);
    if (calls.empty() || calls == last_path_[lane]) return;
    last_path_[lane] = calls;
    Text text;
    for (const PathCall& call : calls) {
      if (!text.empty()) text.push_back({dot(), Ink::faint});
      text.push_back({call.function, Ink::faint, call.function});
      if (!call.outcome.empty()) text.push_back({" " + call.outcome, call.ink});
    }
    into.push_back({lane, std::move(text)});
  }

  static Text event_in_words(const PathRow& row) {
    Text text;
    if (!row.asker.empty()) text.push_back({row.asker, Ink::faint});
    if (!row.asker.empty() && !row.what.empty()) text.push_back({": ", Ink::faint});
    text.push_back({row.what});
    if (!row.outcome.empty()) text.push_back({" " + row.outcome, row.ink});
    if (!row.socket.empty()) text.push_back({"  " + row.socket, Ink::faint});
    return text;
  }

  void remarks() {
    const auto remark = [this](std::string text, Ink ink) {
      ladder_.remarks.push_back({std::move(text), ink});
    };
    if (ladder_.sequence.messages.empty()) remark("No packet was captured.", Ink::faint);
    if (!timeline_.hold_mechanism.empty())
      remark(fmt::format("Packets were held by: {}.", timeline_.hold_mechanism), Ink::faint);
    if (!timeline_.no_trace.empty())
      remark(fmt::format("{} The segments were not traced: {}", glyphs_.not_observed,
                         timeline_.no_trace),
             Ink::doubtful);
    for (const std::string& each : timeline_.unexpected)
      remark(each + ".", Ink::doubtful);
    if (timeline_.packets_lost)
      remark("The capture lost packets: what is missing here proves nothing.", Ink::doubtful);
    if (timeline_.trace_lost + timeline_.trace_missed > 0)
      remark(fmt::format(
                 "{} events were lost and {} calls missed: what is missing here proves nothing.",
                 timeline_.trace_lost, timeline_.trace_missed),
             Ink::doubtful);
  }

  const Timeline& timeline_;
  const draw::Glyphs& glyphs_;
  LadderSettings settings_;
  Ladder ladder_;
  std::set<std::size_t> waiting_;                           // messages that are held at this point
  std::map<std::size_t, std::vector<PathCall>> last_path_;  // by lane
  std::set<std::string> reasons_;                           // why something was not observed
};

}  // namespace

Ladder ladder_of(const Timeline& timeline, const draw::Glyphs& glyphs,
                 const LadderSettings& settings) {
  return Builder(timeline, glyphs, settings).all();
}

std::string time_in_words(const Ladder& ladder, Timestamp time) {
  return fmt::format("{:.3f}", static_cast<double>(time - ladder.sequence.origin) / 1e6);
}

bool words_right(const Ladder& ladder, std::size_t lane) {
  const std::size_t count = ladder.sequence.lanes.size();
  return count < 2 || 2 * lane < count - count % 2;
}

}  // namespace lab::diagram
