// SPDX-License-Identifier: MIT
#include "report/ladder_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "report/label.hpp"
#include "report/sequence.hpp"
#include "report/steps.hpp"
#include "report/summary.hpp"
#include "report/svg_writer.hpp"
#include "report/verdict.hpp"

namespace lab::report {
namespace {

using svg::Anchor;
using svg::Point;
using svg::put_circle;
using svg::put_cross;
using svg::put_group;
using svg::put_head;
using svg::put_line;
using svg::Text;

constexpr double gutter = 64;     // marks, step numbers, times
constexpr double margin = 14;     // beside the last lane
constexpr double slope = 9;       // that an arrow sinks on one link
constexpr double least_gap = 92;  // between two lanes
constexpr std::string_view stylesheet = R"(
.ladder{--l-ink:var(--ink,#1f2328);--l-paper:var(--paper,#fff);--l-edge:var(--edge,#c3cad2);
--l-faint:var(--faint,#57606a);--l-good:var(--good,#116329);--l-bad:var(--bad,#a40e26);
--l-doubtful:var(--doubtful,#7a4b00);--l-accent:var(--accent,#0550ae);
font:12px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;display:block;width:100%}
@media (prefers-color-scheme:dark){.ladder{--l-ink:var(--ink,#e6edf3);--l-paper:var(--paper,#0d1117);
--l-edge:var(--edge,#4d565f);--l-faint:var(--faint,#9da7b1);--l-good:var(--good,#56d364);
--l-bad:var(--bad,#ff8f86);--l-doubtful:var(--doubtful,#e3b341);--l-accent:var(--accent,#79c0ff)}}
.ladder text{fill:var(--l-ink);white-space:pre;paint-order:stroke;stroke:var(--l-paper);
stroke-width:4px;stroke-linejoin:round}
.ladder .sheet{fill:var(--l-paper)}
.ladder .lane{stroke:var(--l-edge);stroke-width:1.5}
.ladder .name,.ladder .step .act,.ladder .flags{font-weight:bold}
.ladder .faint,.ladder .time,.ladder .look{fill:var(--l-faint)}
.ladder .good{fill:var(--l-good)}.ladder .bad{fill:var(--l-bad)}
.ladder .doubtful{fill:var(--l-doubtful)}.ladder .accent{fill:var(--l-accent)}
.ladder .arrow{stroke:var(--l-ink);stroke-width:1.5;fill:none}
.ladder .head{fill:var(--l-ink)}
.ladder .cross{stroke:var(--l-bad);stroke-width:2.5;fill:none}
.ladder .lost .arrow{stroke:var(--l-bad)}
.ladder .reset .arrow{stroke:var(--l-bad)}.ladder .reset .head{fill:var(--l-bad)}
.ladder .waits{stroke:var(--l-doubtful);stroke-width:1.5;stroke-dasharray:2 4;fill:none}
.ladder .waiting{fill:var(--l-paper);stroke:var(--l-doubtful);stroke-width:1.5}
.ladder .state{fill:var(--l-good)}
.ladder .other .arrow{stroke:var(--l-faint);stroke-dasharray:4 4}
.ladder .folded{stroke:var(--l-paper);stroke-width:4;stroke-dasharray:3 5}
.ladder a .function{text-decoration:underline;text-decoration-thickness:1px;cursor:pointer}
)";

std::string milliseconds_since(Timestamp time, Timestamp origin) {
  return fmt::format("{:.3f}", static_cast<double>(time - origin) / 1e6);
}

std::string class_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::strong:
      return "act";
    case Ink::faint:
      return "faint";
    case Ink::good:
      return "good";
    case Ink::bad:
      return "bad";
    case Ink::doubtful:
      return "doubtful";
    case Ink::accent:
      return "accent";
  }
  return "";
}

class Draw {
 public:
  Draw(const Timeline& timeline, const LadderSvgSettings& settings)
      : timeline_(timeline),
        settings_(settings),
        sequence_(sequence_of(timeline, {.fold = settings.fold})) {
    const double count = static_cast<double>(std::max<std::size_t>(sequence_.lanes.size(), 1));
    width_ = std::max<double>(settings.width, 2 * gutter);
    if (count > 4) width_ = std::max(width_, gutter + margin + (count - 1) * least_gap);
    gap_ = count > 1 ? (width_ - gutter - margin) / (count - 1) : 0;
  }

  std::string all() {
    root_ = document_.append_child("svg");
    lanes_ = root_.append_child("g");
    head();
    for (std::size_t i = 0; i < sequence_.rows.size();) i = row(i);
    remarks();
    frame();
    std::ostringstream out;
    document_.save(out, "", pugi::format_raw | pugi::format_no_declaration);
    return out.str();
  }

 private:
  // --- the frame ---------------------------------------------------------------------

  double x_of(std::size_t lane) const {
    return gutter + gap_ * static_cast<double>(std::min(lane, sequence_.lanes.size() - 1));
  }
  bool alone() const { return sequence_.lanes.size() < 2; }
  // Words about a lane stand on the side where there is more room.
  bool words_right(std::size_t lane) const {
    return alone() || 2 * lane < sequence_.lanes.size() - sequence_.lanes.size() % 2;
  }

  void head() {
    for (std::size_t lane = 0; lane < sequence_.lanes.size(); ++lane) {
      const Lane& each = sequence_.lanes[lane];
      const Anchor anchor = lane == 0                            ? Anchor::start
                            : lane + 1 == sequence_.lanes.size() ? Anchor::end
                                                                 : Anchor::middle;
      const double x = x_of(lane) + (anchor == Anchor::start ? -6 : anchor == Anchor::end ? 6 : 0);
      put_text(root_, {x, 14}, anchor, {{each.host, "name"}});
      if (each.port) put_text(root_, {x, 28}, anchor, {{fmt::format(":{}", *each.port), "faint"}});
    }
    y_ = 36;
  }

  // Everything whose size is known only at the end.
  void frame() {
    for (std::size_t lane = 0; lane < sequence_.lanes.size(); ++lane)
      put_line(lanes_, {x_of(lane), 34}, {x_of(lane), lanes_end_}, "lane");
    const std::string size = fmt::format("{} {}", svg::number(width_), svg::number(y_ + 6));
    const auto set = [this](const char* name, const std::string& value) {
      root_.append_attribute(name).set_value(value.c_str());
    };
    set("xmlns", "http://www.w3.org/2000/svg");
    set("class", "ladder");
    set("viewBox", "0 0 " + size);
    set("style", fmt::format("max-width:{}px", svg::number(width_ * 1.25)));
    set("role", "img");
    const std::string about = fmt::format("Sequence diagram of {} over {}", timeline_.scenario,
                                          timeline_.family == Family::inet ? "IPv4" : "IPv6");
    set("aria-label", about);
    pugi::xml_node sheet = root_.prepend_child("rect");
    for (const auto& [name, value] :
         {std::pair("class", "sheet"), std::pair("width", "100%"), std::pair("height", "100%")})
      sheet.append_attribute(name).set_value(value);
    root_.prepend_child("style")
        .append_child(pugi::node_pcdata)
        .set_value(std::string(stylesheet).c_str());
    root_.prepend_child("title").append_child(pugi::node_pcdata).set_value(about.c_str());
  }

  void put_time(const std::optional<Timestamp>& time, double y) {
    if (time)
      put_text(root_, {gutter - 10, y}, Anchor::end,
               {{milliseconds_since(*time, sequence_.origin), "time"}});
  }

  // Words beside a lane, on as many lines as they take.
  void words(pugi::xml_node into, std::size_t lane, const Text& text) {
    const bool right = words_right(lane);
    const double x = x_of(lane) + (right ? 10 : -10);
    const double room =
        right ? (alone() ? width_ : x_of(sequence_.lanes.size() - 1) - 10) - x : x - gutter - 10;
    for (const Text& line : wrapped(text, room)) {
      y_ += svg::line_height;
      put_text(into, {x, y_ - 4}, right ? Anchor::start : Anchor::end, line);
    }
  }

  // --- rows --------------------------------------------------------------------------

  std::size_t row(std::size_t i) {
    const SequenceRow& row = sequence_.rows[i];
    std::size_t next = i + 1;
    if (const auto* begin = std::get_if<StepBegin>(&row.what)) {
      step(*begin);
    } else if (const auto* failed = std::get_if<StepFailed>(&row.what)) {
      failure(*failed->step);
    } else if (const auto* change = std::get_if<StateChange>(&row.what)) {
      state(root_, *change, "");
    } else if (const auto* wait = std::get_if<Wait>(&row.what)) {
      hold(*wait);
    } else if (const auto* unseen = std::get_if<Unseen>(&row.what)) {
      unseen_segment(*unseen);
    } else if (const auto* folded = std::get_if<Folded>(&row.what)) {
      fold(*folded);
    } else {
      next = legs(i);
    }
    lanes_end_ = y_ + 4;
    return next;
  }

  void step(const StepBegin& begin) {
    const StepRecord& step = *begin.step;
    const Outcome outcome = outcome_of(step);
    const bool skipped = !step.skipped.empty();
    const std::string_view mark = skipped                    ? "–"
                                  : outcome == Outcome::pass ? "✓"
                                  : outcome == Outcome::fail ? "✗"
                                                             : "○";
    pugi::xml_node group =
        put_group(root_, fmt::format("step{}", begin.looks ? " looks" : ""), step.text);
    group.append_attribute("data-step").set_value(static_cast<unsigned>(step.index + 1));
    y_ += 6;
    put_text(group, {2, y_ + svg::line_height - 4}, Anchor::start,
             {{std::string(mark), skipped ? "doubtful" : class_of(ink_of(outcome))},
              {fmt::format(" {}", begin.numbers()), "faint"}});
    Text text = {{begin.text, begin.looks || skipped ? "look" : "act"}};
    if (skipped) text.push_back({" skipped: " + step.skipped, "doubtful"});
    if (!begin.result.empty()) text.push_back({" · " + begin.result});
    if (begin.looks && begin.checks.pass > 0)
      text.push_back({fmt::format(" · {} passed", plural(begin.checks.pass, "check")), "look"});
    if (begin.checks.not_observed > 0)
      text.push_back({fmt::format(" · {} not observed", begin.checks.not_observed), "doubtful"});
    words(group, begin.looks || begin.lanes.size() != 1 ? 0 : begin.lanes.front(), text);
    if (!step.note.empty())
      words(group, begin.looks || begin.lanes.size() != 1 ? 0 : begin.lanes.front(),
            {{step.note, "faint"}});
  }

  void failure(const StepRecord& step) {
    pugi::xml_node group = put_group(root_, "failed", "");
    for (const Check& check : step.checks) {
      if (check.outcome != Outcome::fail) continue;
      words(group, 0,
            {{"✗ ", "bad"}, {check.title}, {fmt::format(" ({})", check.witnesses.str()), "faint"}});
      words(group, 0, {{"expected ", "faint"}, {check.expected}});
      words(group, 0, {{"seen ", "faint"}, {check.seen, "bad"}});
    }
  }

  void state(pugi::xml_node into, const StateChange& change, const std::string& remark) {
    Text text = {{change.socket + ": "}};
    if (change.before) text.push_back({fmt::format("{} → ", to_string(*change.before))});
    text.push_back({std::string(to_string(change.after)), "good"});
    if (change.kind != Kind::full) text.push_back({fmt::format(" ({})", to_string(change.kind))});
    if (!remark.empty()) text.push_back({" · " + remark, "accent"});
    words(into, change.lane, text);
    put_circle(into, {x_of(change.lane), y_ - 8}, 4, "state");
  }

  void unseen_segment(const Unseen& unseen) {
    pugi::xml_node group = put_group(root_, "unseen", "");
    words(group, unseen.lane,
          {{unseen.segment, "act"}, {", of which no packet was captured", "doubtful"}});
    path(group, unseen.lane, unseen.path);
    if (!unseen.verdict.empty()) words(group, unseen.lane, {{unseen.verdict, "accent"}});
  }

  void fold(const Folded& folded) {
    std::size_t low = sequence_.lanes.size() - 1, high = 0;
    for (const std::size_t each : folded.messages) {
      const Message& message = sequence_.messages[each];
      low = std::min({low, message.from(), message.to()});
      high = std::max({high, message.from(), message.to()});
    }
    const Message& message = sequence_.messages[folded.messages.front()];
    pugi::xml_node group = put_group(root_, message.is_segment() ? "fold" : "other", "");
    y_ += svg::line_height + 4;
    put_time(message.first().time(), y_ - 6);
    const double middle = (x_of(low) + x_of(high)) / 2;
    if (message.is_segment()) {
      for (std::size_t lane = 0; lane < sequence_.lanes.size(); ++lane)
        put_line(group, {x_of(lane), y_ - svg::line_height}, {x_of(lane), y_}, "folded");
      put_text(group, {middle, y_ - 6}, low == high ? Anchor::start : Anchor::middle,
               {{fmt::format("… {} …", folded.words), "faint"}});
    } else {
      put_line(group, {x_of(low), y_ - 10}, {x_of(high), y_ - 10}, "arrow");
      put_text(group, {low == high ? middle + 10 : middle, y_ - 6},
               low == high ? Anchor::start : Anchor::middle, {{folded.words, "faint"}});
    }
  }

  // --- messages ----------------------------------------------------------------------

  static bool leftward(const Hop& hop) { return hop.from > hop.to; }

  std::string moment(const std::optional<Timestamp>& time) const {
    return time ? milliseconds_since(*time, sequence_.origin) + " ms" : "not seen";
  }

  // What stands in the tooltip: the numbers as they are on the wire, and each time.
  std::string title_of(const Message& message) const {
    std::string title;
    if (const auto& segment = message.first().segment) {
      title = fmt::format("{} > {} {}, on the wire: seq {}", name_of(timeline_, segment->source),
                          name_of(timeline_, segment->destination), segment->flags.str(),
                          segment->sequence);
      if (segment->flags.ack) title += fmt::format(" ack {}", segment->acknowledgment);
      title += fmt::format(" win {} len {}", segment->window, segment->length);
      if (const std::string options = to_string(segment->options); !options.empty())
        title += fmt::format("\noptions: {}", options);
    } else {
      title = message.first().protocol;
    }
    for (const Hop& hop : message.hops)
      title += fmt::format("\n{}: left {}{}, arrived at {}: {}", hop.flight.from,
                           moment(hop.flight.left), hop.held ? " (was held)" : "", hop.flight.to,
                           moment(hop.flight.arrived));
    if (!message.verdict.empty()) title += "\n" + message.verdict;
    return title;
  }

  static Text label_for(const Message& message, std::string_view remark) {
    Label label = label_of(message);
    Text text = {{label.flags, "flags " + class_of(label.ink)}};
    if (!label.numbers.empty()) text.push_back({" " + label.numbers});

    if (!remark.empty()) label.remark.append(label.remark.empty() ? "" : ", ").append(remark);
    if (!label.remark.empty()) text.push_back({", " + label.remark, "doubtful"});
    return text;
  }

  std::string style_of(const Message& message) const {
    std::string style = message.is_segment() ? "message" : "message icmp";
    if (message.fate != Fate::arrived) style += " lost";
    if (message.is_segment() && message.first().segment->flags.rst) style += " reset";
    if (message.crosses) style += " crossing";
    if (message.first().again) style += " again";
    if (message.first().injected) style += " injected";
    return style;
  }

  pugi::xml_node group_for(std::size_t index) {
    const Message& message = sequence_.messages[index];
    pugi::xml_node group = put_group(root_, style_of(message), title_of(message));
    group.append_attribute("data-message").set_value(static_cast<unsigned>(index));
    return group;
  }

  // The name above the beginning of its arrow.
  void put_label(pugi::xml_node group, double x, bool left, const Text& text) {
    // Not beyond the edges.
    const double wide = svg::width_of(text);
    if (left)
      put_text(group, {std::max(x - 8, std::min(wide + 4, width_ - 4)), y_ + 11}, Anchor::end,
               text);
    else
      put_text(group, {std::max(4.0, std::min(x + 8, width_ - 4 - wide)), y_ + 11}, Anchor::start,
               text);
    y_ += svg::line_height;
  }

  Point waiting_point(const Hop& hop) const {
    const double from = x_of(hop.from), to = x_of(hop.to);
    return {from + (to - from) / 3, y_ + slope / 2};
  }

  void hold(const Wait& wait) {
    const Message& message = sequence_.messages[wait.message];
    const Hop& hop = message.hops[wait.hop];
    pugi::xml_node group = group_for(wait.message);
    const bool for_ever = message.fate == Fate::never_left;
    put_label(group, x_of(hop.from), leftward(hop),
              label_for(message, for_ever ? "held to the end" : "held"));
    if (!hop.ready_at_latest) put_time(hop.ready, y_);
    const Point point = waiting_point(hop);
    put_line(group, {x_of(hop.from), y_}, point, "arrow");
    put_circle(group, point, 3.5, "waiting");
    if (!for_ever) waiting_[wait.message] = point;
    y_ += slope;
  }

  // One leg, or two that pass each other: these start at the same height and sink far
  // enough for the eye to see them cross.
  std::size_t legs(std::size_t i) {
    const Leg& leg = std::get<Leg>(sequence_.rows[i].what);
    const Leg* next =
        i + 1 < sequence_.rows.size() ? std::get_if<Leg>(&sequence_.rows[i + 1].what) : nullptr;
    const bool crossed = next && sequence_.messages[leg.message].crosses == next->message &&
                         !waiting_.contains(leg.message) && !waiting_.contains(next->message);
    if (!crossed) {
      arrow(leg, slope);
      arrival(leg);
      return i + 1;
    }
    constexpr double steep = 26;
    const double top = y_;
    arrow(leg, steep);
    const double one = y_;
    y_ = top;
    arrow(*next, steep);
    y_ = std::max(y_, one);
    arrival(leg);
    arrival(*next);
    return i + 2;
  }

  void arrow(const Leg& leg, double sink) {
    const Message& message = sequence_.messages[leg.message];
    const Hop& first = message.hops[leg.begin];
    pugi::xml_node group = group_for(leg.message);
    if (first.from == first.to) return loop(group, message);
    std::string_view remark;
    if (message.fate == Fate::never_left) remark = "no interface saw it leave";
    if (message.fate == Fate::lost_on_link && leg.end == message.hops.size())
      remark = "not seen arriving";
    if (!first.flight.left && message.fate != Fate::never_left) remark = "not seen leaving";
    if (first.held && !waiting_.contains(leg.message)) remark = "held";
    put_label(group, x_of(first.from), leftward(first), label_for(message, remark));
    put_time(first.flight.left ? first.flight.left : first.flight.arrived, y_);
    Point from{x_of(first.from), y_};
    if (const auto wait = waiting_.find(leg.message); wait != waiting_.end()) {
      from.x = wait->second.x;
      put_line(lanes_, wait->second, from, "waits");  // below the words
      put_circle(group, wait->second, 3.5, "waiting");
      put_circle(group, from, 3.5, "waiting");
      waiting_.erase(wait);
    } else if (first.held) {
      const Point point{from.x + (x_of(first.to) - from.x) / 3, from.y};
      put_line(group, from, point, "arrow");
      put_circle(group, point, 3.5, "waiting");
      from = point;
    }
    for (std::size_t i = leg.begin; i < leg.end; ++i) {
      const Hop& hop = message.hops[i];
      Point to{x_of(hop.to), from.y + sink};
      const Fate fate = i + 1 == message.hops.size() ? message.fate : Fate::arrived;
      const double part = fate == Fate::never_left ? 0.12 : fate == Fate::lost_on_link ? 0.5 : 1;
      to = {from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part};
      put_line(group, from, to, "arrow");
      if (fate == Fate::arrived || fate == Fate::stopped)
        put_head(group, from, to);
      else
        put_cross(group, fate == Fate::dropped ? Point{to.x + (leftward(hop) ? 9 : -9), to.y} : to);
      if (fate == Fate::stopped) put_cross(group, {to.x + (leftward(hop) ? -9 : 9), to.y});
      from = {x_of(hop.to), to.y};
    }
    y_ = from.y + 5;
  }

  // Over lo, from the host to itself.
  void loop(pugi::xml_node group, const Message& message) {
    const bool right = words_right(message.from());
    const double x = x_of(message.from()), out = x + (right ? 46 : -46);
    put_label(group, x, !right, label_for(message, ""));
    put_time(message.first().time(), y_);
    put_line(group, {x, y_}, {out, y_}, "arrow");
    put_line(group, {out, y_}, {out, y_ + 12}, "arrow");
    put_line(group, {out, y_ + 12}, {x, y_ + 12}, "arrow");
    if (message.fate == Fate::arrived)
      put_head(group, {out, y_ + 12}, {x, y_ + 12});
    else
      put_cross(group, {x + (right ? 9 : -9), y_ + 12});
    y_ += 17;
  }

  void arrival(const Leg& leg) {
    const Message& message = sequence_.messages[leg.message];
    pugi::xml_node group = put_group(root_, "arrival", "");
    group.append_attribute("data-message").set_value(static_cast<unsigned>(leg.message));
    for (std::size_t i = std::max<std::size_t>(leg.begin, 1); i < leg.end; ++i)
      if (const Hop& hop = message.hops[i]; !hop.rewritten.empty())
        words(group, hop.from, {{"now " + hop.rewritten, "faint"}});
    if (leg.end < message.hops.size()) return;
    const std::size_t lane = message.to();
    if (message.fate == Fate::dropped) words(group, lane, {{"lost on its way in", "bad"}});
    if (message.fate == Fate::stopped) words(group, lane, {{"goes no further", "bad"}});
    if (message.fate != Fate::arrived) return;
    path(group, lane, message.path);
    const Told told = told_of(message);
    if (!told.verdict.empty()) words(group, lane, {{told.verdict, class_of(told.ink)}});
    std::string remark = told.of_change;
    for (const StateChange& each : message.changes) {
      state(group, each, remark);
      remark.clear();
    }
  }

  // Each path in short, and only where it is another than that of the segment before.
  void path(pugi::xml_node group, std::size_t lane, const std::vector<PathRow>& rows) {
    const auto calls = calls_of(rows);
    if (calls.empty() || calls == last_path_[lane]) return;
    last_path_[lane] = calls;
    Text text;
    for (const PathCall& call : calls) {
      if (!text.empty()) text.push_back({" · ", "faint"});
      text.push_back({call.function, "faint", call.function,
                      settings_.href ? settings_.href(call.function) : ""});
      if (!call.outcome.empty()) text.push_back({" " + call.outcome, class_of(call.ink)});
    }
    words(group, lane, text);
  }

  void remarks() {
    y_ += 6;
    const auto remark = [this](const std::string& text, const char* style) {
      for (const Text& line : wrapped(Text{{text, style}}, width_ - 8)) {
        y_ += svg::line_height;
        put_text(root_, {4, y_ - 4}, Anchor::start, line);
      }
    };
    if (sequence_.messages.empty()) remark("No packet was captured.", "faint");
    if (!timeline_.hold_mechanism.empty())
      remark(fmt::format("Packets were held back by: {}.", timeline_.hold_mechanism), "faint");
    if (!timeline_.no_trace.empty())
      remark("○ The paths through the kernels were not observed: " + timeline_.no_trace,
             "doubtful");
    if (timeline_.packets_lost)
      remark("The capture itself lost packets: what is missing here proves nothing.", "doubtful");
    if (timeline_.trace_lost + timeline_.trace_missed > 0)
      remark(
          fmt::format("{} events were lost and {} calls missed: what is not here proves nothing.",
                      timeline_.trace_lost, timeline_.trace_missed),
          "doubtful");
  }

  const Timeline& timeline_;
  const LadderSvgSettings& settings_;
  Sequence sequence_;
  pugi::xml_document document_;
  pugi::xml_node root_, lanes_;
  double width_ = 0, gap_ = 0;
  double y_ = 0;                          // down to here it is drawn
  double lanes_end_ = 0;                  // where the posts end
  std::map<std::size_t, Point> waiting_;  // message → where it waits
  std::map<std::size_t, std::vector<PathCall>> last_path_;
};

}  // namespace

std::string ladder_svg(const Timeline& timeline, const LadderSvgSettings& settings) {
  return Draw(timeline, settings).all();
}

}  // namespace lab::report
