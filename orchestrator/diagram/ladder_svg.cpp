// SPDX-License-Identifier: MIT
#include "diagram/ladder_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "diagram/asset.hpp"
#include "diagram/ladder.hpp"
#include "draw/svg.hpp"

namespace lab::diagram {
namespace {

using draw::Ink;
using draw::Text;
using draw::svg::Anchor;
using draw::svg::line_height;
using draw::svg::number;
using draw::svg::Point;
using draw::svg::put_circle;
using draw::svg::put_cross;
using draw::svg::put_group;
using draw::svg::put_head;
using draw::svg::put_line;
using draw::svg::write;
using pugi::xml_node;
using sequence::Fate;
using sequence::Hop;
using sequence::Message;

constexpr double least_gutter = 64;  // marks, step numbers, times
constexpr double margin = 14;        // next to the last lane
constexpr double slope = 9;          // the vertical drop of an arrow on one link
constexpr double steep = 26;         // the same for crossing arrows
constexpr double least_gap = 120;    // between two lanes

std::string style_of(const Message& message) {
  std::string style = message.is_segment() ? "message" : "message icmp";
  if (message.fate != Fate::arrived) style += " lost";
  if (message.is_segment() && message.first().segment->flags.rst) style += " reset";
  if (message.crosses) style += " crossing";
  if (message.first().again) style += " again";
  if (message.first().injected) style += " injected";
  return style;
}

class SvgDrawing {
 public:
  SvgDrawing(const Timeline& timeline, const Ladder& ladder, const LadderSvgSettings& settings)
      : timeline_(timeline), ladder_(ladder), settings_(settings) {
    const double count = static_cast<double>(std::max<std::size_t>(lane_count(), 1));
    gutter_ = std::max(least_gutter, widest_time() + 14);
    width_ = std::max<double>(settings.width, 2 * gutter_);
    if (count > 4) width_ = std::max(width_, gutter_ + margin + (count - 1) * least_gap);
    gap_ = count > 1 ? (width_ - gutter_ - margin) / (count - 1) : 0;
  }

  std::string all() {
    root_ = draw::svg::put_drawing(document_, "ladder", "group");
    const std::string about = fmt::format("Sequence diagram of {} over {}", timeline_.scenario,
                                          protocol_name(timeline_.family));
    draw::svg::put_title(root_, about);
    draw::svg::put_style(root_, asset::ladder_css);
    draw::svg::put(root_, "rect", {{"class", "sheet"}, {"width", "100%"}, {"height", "100%"}});
    lanes_ = root_.append_child("g");
    head();
    for (std::size_t i = 0; i < ladder_.rows.size(); ++i) {
      const xml_node last = root_.last_child();
      std::visit([this](const auto& what) { row(what); }, ladder_.rows[i]);
      number_groups(last, i);
      lanes_end_ = y_ + 4;
    }
    remarks();
    for (std::size_t lane = 0; lane < lane_count(); ++lane)
      put_line(lanes_, {x_of(lane), 34}, {x_of(lane), lanes_end_}, "lane");
    const auto set = [this](const char* name, const std::string& value) {
      root_.append_attribute(name).set_value(value.c_str());
    };
    set("viewBox", fmt::format("0 0 {} {}", number(width_), number(y_ + 6)));
    // Smaller letters could not be read, and larger ones would shout.
    set("style",
        fmt::format("min-width:{}px;max-width:{}px", number(width_ * 0.7), number(width_ * 1.25)));
    set("aria-label", about);
    return draw::svg::markup(document_, pugi::format_raw);
  }

 private:
  // --- the frame ---------------------------------------------------------------------

  std::size_t lane_count() const { return ladder_.sequence.lanes.size(); }
  // The rows are in order of time, and all times are positive: the last has most digits.
  double widest_time() const {
    const auto& rows = ladder_.sequence.rows;
    return rows.empty() ? 0 : draw::svg::width_of({{time_in_words(ladder_, rows.back().time)}});
  }

  double x_of(std::size_t lane) const {
    return gutter_ + gap_ * static_cast<double>(std::min(lane, lane_count() - 1));
  }

  // Each group of a row says which row it is, so that a page can find it.
  static void number_groups(xml_node before, std::size_t row) {
    for (xml_node each = before.next_sibling(); each; each = each.next_sibling())
      if (std::string_view(each.name()) == "g")
        each.append_attribute("data-row").set_value(static_cast<unsigned>(row));
  }

  void head() {
    for (std::size_t lane = 0; lane < lane_count(); ++lane) {
      const sequence::Lane& each = ladder_.sequence.lanes[lane];
      const Anchor anchor = lane == 0                  ? Anchor::start
                            : lane + 1 == lane_count() ? Anchor::end
                                                       : Anchor::middle;
      const double x = x_of(lane) + (anchor == Anchor::start ? -6 : anchor == Anchor::end ? 6 : 0);
      write(root_, {x, 14}, anchor, {{each.host, Ink::strong}});
      if (each.port) write(root_, {x, 28}, anchor, {{fmt::format(":{}", *each.port), Ink::faint}});
    }
    y_ = 36;
  }

  void put_time(const std::optional<Timestamp>& time, double y) {
    if (time)
      write(root_, {gutter_ - 10, y}, Anchor::end, {{time_in_words(ladder_, *time), Ink::faint}});
  }

  // Words next to a lane, on as many lines as needed.
  void put(xml_node into, const Words& words) {
    const bool right = words_right(ladder_, words.lane);
    const double x = x_of(words.lane) + (right ? 10 : -10);
    const double end = lane_count() < 2 ? width_ : x_of(lane_count() - 1) - 10;
    put_lines(into, x, right, right ? end - x : x - gutter_ - 10, words.text);
    if (words.change) put_circle(into, {x_of(words.lane), y_ - 8}, 4, "state");
  }

  // A line that goes on from the one above says so: a page that translates needs the whole text.
  void put_lines(xml_node into, double x, bool right, double width, const Text& text) {
    bool goes_on = false;
    for (const Text& line : draw::svg::wrapped(text, width)) {
      y_ += line_height;
      cover(into, x, right, y_ - line_height + 1, line);
      write(into, {x, y_ - 4}, right ? Anchor::start : Anchor::end, line, settings_.href);
      if (std::exchange(goes_on, true)) into.last_child().append_attribute("data-goes-on");
    }
  }

  // Paper below words, so that the dots of a segment that waits do not go through them.
  void cover(xml_node into, double x, bool right, double top, const Text& words) const {
    const double wide = draw::svg::width_of(words), left = right ? x : x - wide;
    if (std::ranges::none_of(waiting_, [&](const auto& each) {
          return left <= each.second.x && each.second.x <= left + wide;
        }))
      return;
    draw::svg::put(into, "rect",
                   {{"class", "sheet"},
                    {"x", number(left - 2)},
                    {"y", number(top)},
                    {"width", number(wide + 4)},
                    {"height", number(line_height)}});
  }

  void put(xml_node into, const std::vector<Words>& all) {
    for (const Words& words : all) put(into, words);
  }

  void remarks() {
    y_ += 6;
    for (const draw::Span& remark : ladder_.remarks)
      put_lines(root_, 4, true, width_ - 8, {remark});
  }

  // --- rows without arrows -----------------------------------------------------------

  void row(const StepRow& step) {
    xml_node group = put_group(root_, step.looks ? "step looks" : "step", step.step->text);
    group.append_attribute("data-step").set_value(static_cast<unsigned>(step.step->index + 1));
    y_ += 6;
    write(group, {2, y_ + line_height - 4}, Anchor::start,
          {step.mark, {" " + step.numbers, Ink::faint}});
    Words words{step.lane, step.text};
    words.text.push_back({step.result});
    words.text.insert(words.text.end(), step.after.begin(), step.after.end());
    put(group, words);
    put(group, step.below);
  }

  void row(const FailedChecks& failed) {
    xml_node group = put_group(root_, "failed");
    for (const Check* check : failed.checks) {
      put(group, Words{0,
                       {{"✗ ", Ink::bad},
                        {check->title},
                        {fmt::format(" ({})", check->witnesses.str()), Ink::faint}}});
      put(group, Words{0, {{"expected ", Ink::faint}, {check->expected}}});
      put(group, Words{0, {{"seen ", Ink::faint}, {check->seen, Ink::bad}}});
      if (!check->cause.empty()) put(group, Words{0, {{"cause ", Ink::faint}, {check->cause}}});
      put(group, Words{0, {{"at ", Ink::faint}, {failed.place}}});
    }
  }

  void row(const Words& state) { put(put_group(root_, "change"), state); }
  void row(const UnseenRow& unseen) { put(put_group(root_, "unseen"), unseen.words); }

  void row(const CollapsedRow& collapsed) {
    xml_node group = put_group(root_, collapsed.segments ? "collapsed" : "other");
    y_ += line_height + 4;
    put_time(collapsed.time, y_ - 6);
    const bool itself = collapsed.low == collapsed.high;
    const Anchor anchor = itself ? Anchor::start : Anchor::middle;
    Point middle{(x_of(collapsed.low) + x_of(collapsed.high)) / 2, y_ - 6};
    if (collapsed.segments) {
      for (std::size_t lane = 0; lane < lane_count(); ++lane)
        put_line(group, {x_of(lane), y_ - line_height}, {x_of(lane), y_}, "gaps");
    } else {
      put_line(group, {x_of(collapsed.low), y_ - 10}, {x_of(collapsed.high), y_ - 10}, "arrow");
      if (itself) middle.x += 10;
    }
    write(group, middle, anchor, {{collapsed.text, Ink::faint}});
  }

  // --- arrows ------------------------------------------------------------------------

  std::string moment(const std::optional<Timestamp>& time) const {
    return time ? time_in_words(ladder_, *time) + " ms" : "not seen";
  }

  // The tooltip: numbers as on the wire, and all times.
  std::string title_of(const Message& message) const {
    std::string title = message.first().protocol;
    if (const auto& segment = message.first().segment) {
      title = fmt::format("{} > {} {}, on the wire: seq {}", name_of(timeline_, segment->source),
                          name_of(timeline_, segment->destination), segment->flags.str(),
                          segment->sequence);
      if (segment->flags.ack) title += fmt::format(" ack {}", segment->acknowledgment);
      title += fmt::format(" win {} len {}", segment->window, segment->length);
      if (const std::string options = to_string(segment->options); !options.empty())
        title += fmt::format("\noptions: {}", options);
    }
    for (const Hop& hop : message.hops)
      title += fmt::format("\n{}: left {}{}, arrived at {}: {}", hop.flight.from,
                           moment(hop.flight.left), hop.held ? " (was held)" : "", hop.flight.to,
                           moment(hop.flight.arrived));
    return message.verdict.empty() ? title : title + "\n" + message.verdict;
  }

  xml_node group_for(std::size_t index) {
    const Message& message = ladder_.message(index);
    xml_node group = put_group(root_, style_of(message), title_of(message));
    group.append_attribute("data-message").set_value(static_cast<unsigned>(index));
    return group;
  }

  // The label above the beginning of its arrow, within the edges.
  void put_label(xml_node group, double x, bool left, const Text& text) {
    const double wide = draw::svg::width_of(text);
    x = left ? std::max(x - 8, std::min(wide + 4, width_ - 4))
             : std::max(4.0, std::min(x + 8, width_ - 4 - wide));
    cover(group, x, !left, y_, text);
    write(group, {x, y_ + 11}, left ? Anchor::end : Anchor::start, text);
    y_ += line_height;
  }

  void row(const HoldRow& hold) {
    const Hop& hop = ladder_.message(hold.message).hops[hold.hop];
    xml_node group = group_for(hold.message);
    const double from = x_of(hop.from);
    put_label(group, from, hop.is_leftward(), hold.label);
    put_time(hold.time, y_);
    const Point point{from + (x_of(hop.to) - from) / 3, y_ + slope / 2};
    put_line(group, {from, y_}, point, "arrow");
    put_circle(group, point, 3.5, "waiting");
    if (!hold.for_ever) waiting_[hold.message] = point;
    y_ += slope;
  }

  void row(const ArrowRow& arrow) {
    put_arrow(arrow, slope);
    put_arrival(arrow);
  }

  // They start at the same height.
  void row(const CrossRow& cross) {
    const double top = y_;
    put_arrow(cross.first, steep);
    const double bottom = y_;
    y_ = top;
    put_arrow(cross.second, steep);
    y_ = std::max(y_, bottom);
    put_arrival(cross.first);
    put_arrival(cross.second);
  }

  void put_arrival(const ArrowRow& arrow) {
    xml_node group = put_group(root_, "arrival");
    group.append_attribute("data-message").set_value(static_cast<unsigned>(arrow.message));
    put(group, arrow.arrival);
  }

  void put_arrow(const ArrowRow& arrow, double sink) {
    const Message& message = ladder_.message(arrow.message);
    const Hop& first = message.hops[arrow.begin];
    xml_node group = group_for(arrow.message);
    if (first.from == first.to) return loop(group, arrow);
    put_label(group, x_of(first.from), first.is_leftward(), arrow.label);
    put_time(arrow.time, y_);
    Point from{x_of(first.from), y_};
    if (const auto wait = waiting_.extract(arrow.message)) {
      from.x = wait.mapped().x;
      put_line(lanes_, wait.mapped(), from, "waits");  // below the words
      put_circle(group, wait.mapped(), 3.5, "waiting");
      put_circle(group, from, 3.5, "waiting");
    } else if (first.held) {
      const Point point{from.x + (x_of(first.to) - from.x) / 3, from.y};
      put_line(group, from, point, "arrow");
      put_circle(group, point, 3.5, "waiting");
      from = point;
    }
    for (std::size_t i = arrow.begin; i < arrow.end; ++i)
      from = put_hop(group, message, i, from, sink);
    y_ = from.y + 5;
  }

  // Where the next hop begins.
  Point put_hop(xml_node group, const Message& message, std::size_t index, Point from,
                double sink) {
    const Hop& hop = message.hops[index];
    const Fate fate = index + 1 == message.hops.size() ? message.fate : Fate::arrived;
    const double part = fate == Fate::never_left ? 0.12 : fate == Fate::lost_on_link ? 0.5 : 1;
    const Point to{from.x + (x_of(hop.to) - from.x) * part, from.y + sink * part};
    const double back = hop.is_leftward() ? 9 : -9;
    put_line(group, from, to, "arrow");
    if (fate == Fate::arrived || fate == Fate::stopped)
      put_head(group, from, to);
    else
      put_cross(group, fate == Fate::dropped ? Point{to.x + back, to.y} : to);
    if (fate == Fate::stopped) put_cross(group, {to.x - back, to.y});
    return {x_of(hop.to), to.y};
  }

  // Over lo, from the host to itself.
  void loop(xml_node group, const ArrowRow& arrow) {
    const Message& message = ladder_.message(arrow.message);
    const bool right = words_right(ladder_, message.from());
    const double x = x_of(message.from()), turn = x + (right ? 46 : -46);
    put_label(group, x, !right, arrow.label);
    put_time(arrow.time, y_);
    put_line(group, {x, y_}, {turn, y_}, "arrow");
    put_line(group, {turn, y_}, {turn, y_ + 12}, "arrow");
    put_line(group, {turn, y_ + 12}, {x, y_ + 12}, "arrow");
    if (message.fate == Fate::arrived)
      put_head(group, {turn, y_ + 12}, {x, y_ + 12});
    else
      put_cross(group, {x + (right ? 9 : -9), y_ + 12});
    y_ += 17;
  }

  const Timeline& timeline_;
  const Ladder& ladder_;
  const LadderSvgSettings& settings_;
  pugi::xml_document document_;
  xml_node root_, lanes_;
  double gutter_ = 0, width_ = 0, gap_ = 0;
  double y_ = 0;                          // drawn down to here
  double lanes_end_ = 0;                  // where the posts end
  std::map<std::size_t, Point> waiting_;  // message → where it waits
};

}  // namespace

std::string ladder_svg(const Timeline& timeline, const LadderSvgSettings& settings) {
  const Ladder ladder = ladder_of(timeline, draw::glyphs_of(true), {.collapse = settings.collapse});
  return SvgDrawing(timeline, ladder, settings).all();
}

}  // namespace lab::diagram
