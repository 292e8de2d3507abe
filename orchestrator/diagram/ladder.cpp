// SPDX-License-Identifier: MIT
#include "diagram/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "diagram/label.hpp"
#include "diagram/ladder_lanes.hpp"
#include "diagram/steps.hpp"
#include "diagram/verdict.hpp"
#include "draw/grid.hpp"
#include "sequence/sequence.hpp"
#include "util/text.hpp"

namespace lab::diagram {
namespace {

using draw::columns;
using draw::Detail;
using draw::Glyphs;
using draw::Grid;
using draw::Ink;
using draw::Inked;
using draw::Page;
using draw::print_hanging;
using draw::wrapped;
using sequence::calls_of;
using sequence::Fate;
using sequence::Folded;
using sequence::Hop;
using sequence::Lane;
using sequence::Leg;
using sequence::Message;
using sequence::PathCall;
using sequence::PathRow;
using sequence::Sequence;
using sequence::sequence_of;
using sequence::SequenceRow;
using sequence::StateChange;
using sequence::StepBegin;
using sequence::StepFailed;
using sequence::Unseen;
using sequence::Wait;

std::string time_in_words(Timestamp time, Timestamp origin) {
  return fmt::format("{:.3f}", static_cast<double>(time - origin) / 1e6);
}

class Draw {
 public:
  Draw(Page& page, const Timeline& timeline, Detail detail)
      : page_(page),
        glyphs_(page.glyphs()),
        timeline_(timeline),
        full_(detail == Detail::full),
        sequence_(sequence_of(timeline, {.fold = !full_})),
        lanes_(sequence_, page.width()) {}

  void all() {
    page_.heading("Ladder", "times in ms; numbers count from each side's initial sequence number");
    page_.blank();
    head();
    const auto& rows = sequence_.rows;
    for (std::size_t i = 0; i < rows.size();) i = row(i);
    remarks();
  }

 private:
  // --- the frame ---------------------------------------------------------------------

  std::string name_of_lane(std::size_t lane, bool with_port) const {
    const Lane& each = sequence_.lanes[lane];
    return with_port && each.port ? fmt::format("{}:{}", each.host, *each.port) : each.host;
  }

  // The names, with their ports if there is room for all.
  void head() {
    const std::size_t count = sequence_.lanes.size();
    bool with_ports = true;
    for (std::size_t lane = 0; lane < count; ++lane)
      with_ports &= lanes_.gap() == 0 || columns(name_of_lane(lane, true)) + 2 <= lanes_.gap();
    Grid grid(page_.width());
    for (std::size_t lane = 0; lane < count; ++lane) {
      std::string name = name_of_lane(lane, with_ports);
      if (lanes_.gap() > 0 && columns(name) + 1 > lanes_.gap()) name.resize(lanes_.gap() - 1);
      const std::size_t post = lanes_.post(lane), wide = columns(name);
      if (lane == 0)
        grid.put(post, name, Ink::strong);
      else if (lane + 1 == count)
        grid.put_before(post + 1, {{name, Ink::strong}});
      else
        grid.put(post - wide / 2, name, Ink::strong);
    }
    grid.print(page_);
  }

  // An empty line of the ladder: its posts, and what waits.
  Grid blank(std::string_view post = {}) const {
    Grid grid(page_.width());
    for (std::size_t lane = 0; lane < lanes_.count(); ++lane)
      grid.put(lanes_.post(lane), post.empty() ? glyphs_.vertical : post, Ink::faint);
    for (const auto& [message, column] : waiting_) grid.put(column, glyphs_.dotted, Ink::doubtful);
    return grid;
  }

  void put_time(Grid& grid, const std::optional<Timestamp>& time) const {
    if (time)
      grid.put_before(LadderLanes::time_end,
                      {{time_in_words(*time, sequence_.origin), Ink::faint}});
  }

  // Words beside a lane, on as many lines as they take. `first` is what the first of
  // them is put on; `mark` stands on the post of the last.
  void words(std::size_t lane, const Inked& text, Grid first, std::string_view mark = {},
             Ink ink = Ink::plain) {
    const std::size_t begin = lanes_.words_begin(lane), end = lanes_.words_end(lane);
    const auto lines = wrapped(text, end - begin);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      Grid grid = i == 0 ? std::move(first) : blank();
      if (lanes_.words_right(lane))
        grid.put(begin, lines[i]);
      else
        grid.put_before(end, lines[i]);
      if (i + 1 == lines.size() && !mark.empty()) grid.put(lanes_.post(lane), mark, ink);
      grid.print(page_);
    }
  }

  void words(std::size_t lane, const Inked& text, std::string_view mark = {},
             Ink ink = Ink::plain) {
    words(lane, text, blank(), mark, ink);
  }

  // --- rows --------------------------------------------------------------------------

  // Draws a row, or several that belong together; the index of the next one.
  std::size_t row(std::size_t i) {
    const SequenceRow& row = sequence_.rows[i];
    if (const auto* begin = std::get_if<StepBegin>(&row.what)) {
      step(*begin);
    } else if (const auto* failed = std::get_if<StepFailed>(&row.what)) {
      draw_failed_checks(page_, timeline_, *failed->step);
    } else if (const auto* change = std::get_if<StateChange>(&row.what)) {
      state(*change, "");
    } else if (const auto* wait = std::get_if<Wait>(&row.what)) {
      hold(*wait);
    } else if (const auto* unseen = std::get_if<Unseen>(&row.what)) {
      unseen_segment(*unseen);
    } else if (const auto* folded = std::get_if<Folded>(&row.what)) {
      fold(*folded);
    } else {
      const Leg& leg = std::get<Leg>(row.what);
      const Leg* next =
          i + 1 < sequence_.rows.size() ? std::get_if<Leg>(&sequence_.rows[i + 1].what) : nullptr;
      if (next && can_cross(leg, *next)) {
        cross(leg, *next);
        return i + 2;
      }
      arrow(leg);
      arrival(leg);
    }
    return i + 1;
  }

  void step(const StepBegin& begin) {
    const StepRecord& step = *begin.step;
    const std::size_t lane = begin.looks || begin.lanes.size() != 1 ? 0 : begin.lanes.front();
    const bool skipped = !step.skipped.empty();
    Grid grid = blank();
    const auto [mark, ink] = mark_of(page_, step);
    grid.put(0, mark, ink);
    const std::string numbers = begin.numbers();
    grid.put(
        std::max(LadderLanes::mark_end + 1,
                 LadderLanes::number_end - std::min(LadderLanes::number_end, columns(numbers))),
        numbers, Ink::faint);
    Inked text = {{begin.text, begin.looks || skipped ? Ink::faint : Ink::strong}};
    if (skipped) text.emplace_back("  skipped: " + step.skipped, Ink::doubtful);
    if (!begin.result.empty()) {
      text.emplace_back(fmt::format(" {} ", glyphs_.dot), Ink::faint);
      text.emplace_back(step.checks.empty() || begin.checks.fail == 0
                            ? shortened(begin.result, lane, columns(begin.text))
                            : begin.result,
                        Ink::plain);
    }
    if (begin.looks && begin.checks.pass > 0)
      text.emplace_back(
          fmt::format(" {} {} passed", glyphs_.dot, plural(begin.checks.pass, "check")),
          Ink::faint);
    if (begin.checks.not_observed > 0)
      text.emplace_back(fmt::format(" {} {} not observed", glyphs_.dot, begin.checks.not_observed),
                        Ink::doubtful);
    words(lane, text, std::move(grid));
    for (const Check& check : step.checks) {
      if (check.outcome != Outcome::not_observed) continue;
      const std::string why = why_not_observed(check);
      // That there is no module is said once, at the end.
      const bool known = !timeline_.no_trace.empty() && why.ends_with(timeline_.no_trace);
      if (!known && told_.insert(why).second)
        words(lane, {{fmt::format("{} {}", glyphs_.not_observed, why), Ink::doubtful}});
    }
    if (!step.note.empty()) words(lane, {{step.note, Ink::faint}});
  }

  // So that the step takes two lines at most.
  std::string shortened(const std::string& result, std::size_t lane, std::size_t text) const {
    const std::size_t line = lanes_.words_end(lane) - lanes_.words_begin(lane);
    const std::size_t room =
        std::max<std::size_t>(text + 16 < 2 * line ? 2 * line - text - 16 : 0, 12);
    if (columns(result) <= room) return result;
    const auto parts = wrapped(result, room);
    return fmt::format("{} {}", parts.front(), glyphs_.ellipsis);
  }

  // "l: SYN-SENT → SYN-RECEIVED"
  void state(const StateChange& change, std::string_view remark) {
    Inked text = {{change.socket + ": ", Ink::plain}};
    if (change.before)
      text.emplace_back(fmt::format("{} {} ", to_string(*change.before), glyphs_.becomes),
                        Ink::plain);
    text.emplace_back(to_string(change.after), Ink::good);
    if (change.kind != Kind::full)
      text.emplace_back(fmt::format(" ({})", to_string(change.kind)), Ink::plain);
    if (!remark.empty()) text.emplace_back(fmt::format(" {} {}", glyphs_.dot, remark), Ink::accent);
    words(change.lane, text, glyphs_.change, Ink::good);
  }

  void unseen_segment(const Unseen& unseen) {
    words(unseen.lane,
          {{unseen.segment, Ink::strong}, {", of which no packet was captured", Ink::doubtful}});
    path(unseen.lane, unseen.path);
    if (!unseen.verdict.empty()) words(unseen.lane, {{unseen.verdict, Ink::accent}});
  }

  void fold(const Folded& folded) {
    std::size_t low = lanes_.count() - 1, high = 0;
    for (const std::size_t each : folded.messages) {
      const Message& message = sequence_.messages[each];
      low = std::min({low, message.from(), message.to()});
      high = std::max({high, message.from(), message.to()});
    }
    const Message& message = sequence_.messages[folded.messages.front()];
    Grid grid = blank(message.is_segment() ? glyphs_.dotted : "");
    put_time(grid, message.first().time());
    const std::string text = message.is_segment()
                                 ? fmt::format("{0} {1} {0}", glyphs_.ellipsis, folded.words)
                                 : fmt::format(" {} ", folded.words);
    if (low == high) return words(low, {{text, Ink::faint}}, std::move(grid));
    const std::size_t begin = lanes_.post(low) + 1, end = lanes_.post(high);
    if (!message.is_segment()) {
      grid.fill(begin, end, glyphs_.dashed, Ink::faint);
      grid.put(begin, glyphs_.left, Ink::faint);
      grid.put(end - 1, glyphs_.right, Ink::faint);
    }
    const std::size_t wide = columns(text), room = end - begin;
    grid.put(wide < room ? begin + (room - wide) / 2 : begin, text, Ink::faint);
    grid.print(page_);
  }

  // --- messages ----------------------------------------------------------------------

  Inked inked(const Label& label) const {
    Inked text = {{label.flags, label.ink}};
    if (!label.numbers.empty()) text.emplace_back(" " + label.numbers, Ink::plain);
    if (!label.remark.empty()) text.emplace_back(", " + label.remark, Ink::doubtful);
    return text;
  }

  static bool leftward(const Hop& hop) { return hop.from > hop.to; }

  // Where it is held back: on its way, a third of it done or as far as its name needs.
  std::size_t waiting_column(const Hop& hop, std::size_t label) const {
    const std::size_t from = lanes_.post(hop.from), to = lanes_.post(hop.to);
    const std::size_t way = leftward(hop) ? from - to : to - from;
    const std::size_t far = std::clamp(label + 6, way / 3, 3 * way / 5);
    return leftward(hop) ? from - far : from + far;
  }

  void hold(const Wait& wait) {
    const Message& message = sequence_.messages[wait.message];
    const Hop& hop = message.hops[wait.hop];
    Inked label = inked(label_of(message));
    const bool for_ever = message.fate == Fate::never_left;
    label.emplace_back(for_ever ? ", held to the end" : ", held", Ink::doubtful);
    const std::size_t post = lanes_.post(hop.from);
    const std::size_t column = waiting_column(hop, columns(label));
    const std::size_t room = leftward(hop) ? post - column : column - post;
    if (columns(label) + 6 > room) {
      name_above(hop, label);
      label.clear();
    }
    Grid grid = blank();
    if (!hop.ready_at_latest) put_time(grid, hop.ready);
    line(grid, post, column, label, leftward(hop));
    grid.put(column, glyphs_.waiting, Ink::doubtful);
    grid.print(page_);
    if (!for_ever) waiting_[wait.message] = column;
  }

  // The label on a line of its own, near the sender.
  void name_above(const Hop& hop, const Inked& label) {
    Grid grid = blank();
    const std::size_t post = lanes_.post(hop.from);
    if (leftward(hop))
      grid.put_before(post - 1, label);
    else
      grid.put(std::min(post + 2, page_.width() - std::min(page_.width(), columns(label))), label);
    grid.print(page_);
  }

  // From one column to another, both exclusive, with a label near its beginning.
  void line(Grid& grid, std::size_t from, std::size_t to, const Inked& label, bool left) const {
    const std::size_t low = std::min(from, to) + 1, high = std::max(from, to);
    for (std::size_t column = low; column < high; ++column) {
      const std::string_view under = grid.at(column);
      const bool crosses = under == glyphs_.dotted;
      grid.put(column,
               crosses                     ? glyphs_.crossing
               : under == glyphs_.vertical ? glyphs_.over
                                           : glyphs_.horizontal,
               crosses ? Ink::accent : Ink::plain);
    }
    if (label.empty()) return;
    Inked padded = label;
    padded.front().first.insert(0, " ");
    padded.back().first.append(" ");
    if (left)
      grid.put_before(from - 2, padded);
    else
      grid.put(from + 3, padded);
  }

  Inked label_for(const Message& message, const Leg& leg) const {
    Label label = label_of(message);
    const Hop& hop = message.hops[leg.begin];
    const auto remark = [&label](std::string_view words) {
      label.remark.append(label.remark.empty() ? "" : ", ").append(words);
    };
    if (hop.held && !waiting_.contains(leg.message)) remark("held");
    if (!hop.flight.left && message.fate != Fate::never_left) remark("not seen leaving");
    if (message.fate == Fate::never_left) remark("no interface saw it leave");
    if (leg.end == message.hops.size() && message.fate == Fate::lost_on_link)
      remark("not seen arriving");
    return inked(label);
  }

  void arrow(const Leg& leg) {
    const Message& message = sequence_.messages[leg.message];
    const Hop& first = message.hops[leg.begin];
    Inked label = label_for(message, leg);
    if (first.from == first.to) return loop(message, label);
    const auto held_at = waiting_.find(leg.message);
    const std::size_t post = lanes_.post(first.from);
    const bool left = leftward(first);
    const std::size_t start = held_at == waiting_.end() ? post : held_at->second;
    if (held_at != waiting_.end()) waiting_.erase(held_at);
    const std::size_t stop = lanes_.post(first.to);
    const std::size_t room = start > stop ? start - stop : stop - start;
    if (columns(label) + 7 > room) {
      name_above(first, label);
      label.clear();
    }
    Grid grid = blank();
    put_time(grid, first.flight.left      ? first.flight.left
                   : first.flight.arrived ? first.flight.arrived
                                          : first.ready);
    for (std::size_t i = leg.begin; i < leg.end; ++i) {
      const Hop& hop = message.hops[i];
      draw_hop(grid, message, hop, i == leg.begin ? start : lanes_.post(hop.from),
               i == leg.begin ? label : Inked{}, i + 1 == message.hops.size());
    }
    if (start != post) grid.put(start, glyphs_.waiting, Ink::doubtful);
    if (first.held && start == post) {  // nothing lay between; the wait is in the arrow
      const std::size_t at = columns(label) + 6;
      if (at + 2 < room) grid.put(left ? post - at : post + at, glyphs_.waiting, Ink::doubtful);
    }
    grid.print(page_);
  }

  void draw_hop(Grid& grid, const Message& message, const Hop& hop, std::size_t start,
                const Inked& label, bool last) const {
    const bool left = leftward(hop);
    const std::size_t target = lanes_.post(hop.to);
    const Fate fate = last ? message.fate : Fate::arrived;
    std::size_t stop = target;
    if (fate == Fate::lost_on_link || fate == Fate::never_left) {
      // Half of the way, or as far as its name reaches.
      const std::size_t way = left ? start - target : target - start;
      const std::size_t least = label.empty() ? 3 : columns(label) + 7;
      const std::size_t far =
          std::min(std::max(least, fate == Fate::never_left ? std::size_t{4} : way / 2), way - 1);
      stop = left ? start - far : start + far;
    }
    line(grid, start, stop, label, left);
    const std::size_t head = left ? stop + 1 : stop - 1;
    if (fate == Fate::arrived || fate == Fate::stopped)
      grid.put(head, left ? glyphs_.left : glyphs_.right);
    else
      grid.put(fate == Fate::dropped ? head : stop, glyphs_.lost, Ink::bad);
    if (fate == Fate::stopped && lanes_.count() > 1) {
      if (left && target > 0) grid.put(target - 1, glyphs_.lost, Ink::bad);
      if (!left && target + 1 < page_.width()) grid.put(target + 1, glyphs_.lost, Ink::bad);
    }
  }

  // Over lo, from the host to itself.
  void loop(const Message& message, const Inked& label) {
    const std::size_t lane = message.from(), post = lanes_.post(lane);
    const bool right = lanes_.words_right(lane);
    const std::size_t turn = right ? post + columns(label) + 8 : post - columns(label) - 8;
    Grid out = blank();
    put_time(out, message.first().time());
    line(out, post, turn, label, !right);
    out.put(turn, right ? glyphs_.top_right : glyphs_.top_left);
    out.print(page_);
    Grid back = blank();
    line(back, turn, post, {}, right);
    back.put(turn, right ? glyphs_.bottom_right : glyphs_.bottom_left);
    const bool lost = message.fate != Fate::arrived;
    back.put(right ? post + 1 : post - 1,
             lost    ? glyphs_.lost
             : right ? glyphs_.left
                     : glyphs_.right,
             lost ? Ink::bad : Ink::plain);
    back.print(page_);
  }

  // Two that pass each other on one link, right after each other.
  bool can_cross(const Leg& one, const Leg& other) const {
    const Message& a = sequence_.messages[one.message];
    const Message& b = sequence_.messages[other.message];
    if (a.crosses != other.message || a.hops.size() != 1 || b.hops.size() != 1) return false;
    if (a.fate != Fate::arrived || b.fate != Fate::arrived) return false;
    if (waiting_.contains(one.message) || waiting_.contains(other.message)) return false;
    if (a.hops[0].from != b.hops[0].to || a.hops[0].to != b.hops[0].from) return false;
    const std::size_t way = lanes_.gap();
    return columns(label_for(a, one)) + 7 <= way / 2 && columns(label_for(b, other)) + 7 <= way / 2;
  }

  void cross(const Leg& one, const Leg& other) {
    const Message& first = sequence_.messages[one.message];
    const bool left = leftward(first.hops[0]);
    const Leg& going = left ? other : one;
    const Leg& coming = left ? one : other;
    const Hop& hop = sequence_.messages[going.message].hops[0];
    const std::size_t low = lanes_.post(hop.from), high = lanes_.post(hop.to);
    const std::size_t center = (low + high) / 2;
    Grid out = blank();
    put_time(out, first.first().left);
    line(out, low, center - 1, label_for(sequence_.messages[going.message], going), false);
    out.put(center - 1, glyphs_.top_right);
    line(out, high, center + 1, label_for(sequence_.messages[coming.message], coming), true);
    out.put(center + 1, glyphs_.top_left);
    out.print(page_);
    Grid between = blank();
    between.put(center, glyphs_.crossing, Ink::accent);
    if (first.simultaneous_open) between.put(center + 3, "simultaneous open", Ink::accent);
    between.print(page_);
    Grid in = blank();
    put_time(in, std::max(first.last().arrived, sequence_.messages[other.message].last().arrived));
    line(in, low, center - 1, {}, false);
    in.put(low + 1, glyphs_.left);
    in.put(center - 1, glyphs_.bottom_right);
    line(in, center + 1, high, {}, false);
    in.put(high - 1, glyphs_.right);
    in.put(center + 1, glyphs_.bottom_left);
    in.print(page_);
    arrival(one);
    arrival(other);
  }

  // --- what became of it -------------------------------------------------------------

  void arrival(const Leg& leg) {
    const Message& message = sequence_.messages[leg.message];
    for (std::size_t i = std::max<std::size_t>(leg.begin, 1); i < leg.end; ++i)
      if (const Hop& hop = message.hops[i]; !hop.rewritten.empty())
        words(hop.from, {{"now " + hop.rewritten, Ink::faint}});
    if (leg.end < message.hops.size()) return;
    const std::size_t lane = message.to();
    if (message.fate == Fate::dropped) words(lane, {{"lost on its way in", Ink::bad}});
    if (message.fate == Fate::stopped) words(lane, {{"goes no further", Ink::bad}});
    if (message.fate != Fate::arrived) return;
    path(lane, message.path);
    verdict(lane, message);
  }

  // In short only where it is another than that of the segment before.
  void path(std::size_t lane, const std::vector<PathRow>& rows) {
    if (full_) return path_in_full(lane, rows);
    const auto calls = calls_of(rows);
    if (calls.empty() || calls == last_path_[lane]) return;
    last_path_[lane] = calls;
    Inked text;
    for (const PathCall& call : calls) {
      if (!text.empty()) text.emplace_back(fmt::format(" {} ", glyphs_.dot), Ink::faint);
      text.emplace_back(call.function, Ink::faint);
      if (!call.outcome.empty()) text.emplace_back(" " + call.outcome, call.ink);
    }
    words(lane, text);
  }

  void path_in_full(std::size_t lane, const std::vector<PathRow>& rows) {
    for (const PathRow& row : rows) {
      Inked text;
      if (!row.asker.empty()) text.emplace_back(row.asker, Ink::faint);
      if (!row.asker.empty() && !row.what.empty()) text.emplace_back(": ", Ink::faint);
      text.emplace_back(row.what, Ink::plain);
      if (!row.outcome.empty()) text.emplace_back(" " + row.outcome, row.ink);
      if (!row.socket.empty()) text.emplace_back("  " + row.socket, Ink::faint);
      words(lane, text);
    }
  }

  void verdict(std::size_t lane, const Message& message) {
    const Told told = told_of(message);
    if (!told.verdict.empty()) words(lane, {{told.verdict, told.ink}});
    std::string_view remark = told.of_change;
    for (const StateChange& each : message.changes) {
      state(each, remark);
      remark = {};
    }
  }

  void remarks() {
    const auto remark = [this](const std::string& text, Ink ink) {
      print_hanging(page_, 2, "", 2, text, ink);
    };
    if (sequence_.messages.empty()) remark("No packet was captured.", Ink::faint);
    if (!timeline_.hold_mechanism.empty())
      remark(fmt::format("Packets were held back by: {}.", timeline_.hold_mechanism), Ink::faint);
    if (!timeline_.no_trace.empty())
      remark(fmt::format("{} The paths through the kernels were not observed: {}",
                         glyphs_.not_observed, timeline_.no_trace),
             Ink::doubtful);
    if (timeline_.packets_lost)
      remark("The capture itself lost packets: what is missing here proves nothing.",
             Ink::doubtful);
    if (timeline_.trace_lost + timeline_.trace_missed > 0)
      remark(
          fmt::format("{} events were lost and {} calls missed: what is not here proves nothing.",
                      timeline_.trace_lost, timeline_.trace_missed),
          Ink::doubtful);
  }

  Page& page_;
  const Glyphs& glyphs_;
  const Timeline& timeline_;
  bool full_;
  Sequence sequence_;
  LadderLanes lanes_;
  std::map<std::size_t, std::size_t> waiting_;              // message → the column where it waits
  std::map<std::size_t, std::vector<PathCall>> last_path_;  // by lane
  std::set<std::string> told_;  // reasons why something was not observed
};

}  // namespace

void draw_ladder(Page& page, const Timeline& timeline, Detail detail) {
  Draw(page, timeline, detail).all();
}

}  // namespace lab::diagram
