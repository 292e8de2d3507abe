// SPDX-License-Identifier: MIT
#include "diagram/ladder_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "diagram/ladder.hpp"
#include "diagram/ladder_columns.hpp"
#include "draw/canvas.hpp"

namespace lab::diagram {
namespace {

using draw::CellRow;
using draw::columns;
using draw::Ink;
using draw::Page;
using draw::Text;
using sequence::Fate;
using sequence::Hop;
using sequence::Message;

class TextDrawing {
 public:
  TextDrawing(Page& page, const Ladder& ladder)
      : page_(page), glyphs_(page.glyphs()), ladder_(ladder), at_(ladder, page.width()) {}

  void all() {
    page_.heading("Ladder", "times in ms; numbers count from each side's initial sequence number");
    page_.blank();
    head();
    for (const LadderRow& each : ladder_.rows)
      std::visit([this](const auto& what) { row(what); }, each);
    for (const draw::Span& remark : ladder_.remarks)
      print_hanging(page_, 2, "", 2, remark.text, remark.ink);
  }

 private:
  // --- the frame ---------------------------------------------------------------------

  std::string name_of_lane(std::size_t lane, bool with_port) const {
    const sequence::Lane& each = ladder_.sequence.lanes[lane];
    return with_port && each.port ? fmt::format("{}:{}", each.host, *each.port) : each.host;
  }

  // The names, with their ports if all fit.
  void head() {
    const std::size_t count = ladder_.sequence.lanes.size();
    bool with_ports = true;
    for (std::size_t lane = 0; lane < count; ++lane)
      with_ports &= at_.gap() == 0 || columns(name_of_lane(lane, true)) + 2 <= at_.gap();
    CellRow cells(page_.width());
    for (std::size_t lane = 0; lane < count; ++lane) {
      std::string name = name_of_lane(lane, with_ports);
      if (at_.gap() > 0 && columns(name) + 1 > at_.gap()) name.resize(at_.gap() - 1);
      const std::size_t post = at_.post(lane), wide = columns(name);
      if (lane == 0)
        cells.put(post, name, Ink::strong);
      else if (lane + 1 == count)
        cells.put_before(post + 1, {{name, Ink::strong}});
      else
        cells.put(post - wide / 2, name, Ink::strong);
    }
    cells.print(page_);
  }

  // An empty line of the ladder: its posts, and what waits.
  CellRow blank(std::string_view post = {}) const {
    CellRow cells(page_.width());
    for (std::size_t lane = 0; lane < at_.count(); ++lane)
      cells.put(at_.post(lane), post.empty() ? glyphs_.vertical : post, Ink::faint);
    for (const auto& [message, column] : waiting_) cells.put(column, glyphs_.dotted, Ink::doubtful);
    return cells;
  }

  void put_time(CellRow& cells, const std::optional<Timestamp>& time) const {
    if (time)
      cells.put_before(LadderColumns::time_end, {{time_in_words(ladder_, *time), Ink::faint}});
  }

  // Words on as many lines as needed, the first one on `first`.
  void row(const Words& words, CellRow first) {
    const std::size_t begin = at_.words_begin(words.lane), end = at_.words_end(words.lane);
    const auto lines = wrapped(words.text, end - begin);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CellRow cells = i == 0 ? std::move(first) : blank();
      if (at_.words_right(words.lane))
        cells.put(begin, lines[i]);
      else
        cells.put_before(end, lines[i]);
      if (words.change && i + 1 == lines.size())
        cells.put(at_.post(words.lane), glyphs_.change, Ink::good);
      cells.print(page_);
    }
  }
  void row(const Words& words) { row(words, blank()); }

  void rows(const std::vector<Words>& all) {
    for (const Words& words : all) row(words);
  }

  // --- rows without arrows -----------------------------------------------------------

  void row(const StepRow& step) {
    CellRow cells = blank();
    cells.put(0, step.mark.text, step.mark.ink);
    const std::size_t wide = std::min(LadderColumns::number_end, columns(step.numbers));
    cells.put(std::max(LadderColumns::mark_end + 1, LadderColumns::number_end - wide), step.numbers,
              Ink::faint);
    Words words{step.lane, step.text};
    if (!step.result.empty()) words.text.push_back({step.whole ? step.result : shortened(step)});
    words.text.insert(words.text.end(), step.after.begin(), step.after.end());
    row(words, std::move(cells));
    rows(step.below);
  }

  // Limits the step to two lines.
  std::string shortened(const StepRow& step) const {
    const std::size_t line = at_.words_end(step.lane) - at_.words_begin(step.lane);
    const std::size_t text = columns(step.text.front().text);
    const std::size_t most =
        std::max<std::size_t>(text + 16 < 2 * line ? 2 * line - text - 16 : 0, 12);
    if (columns(step.result) <= most) return step.result;
    return fmt::format("{} {}", draw::wrapped(step.result, most).front(), glyphs_.ellipsis);
  }

  void row(const FailedChecks& failed) { draw_failed_checks(page_, failed); }
  void row(const UnseenRow& unseen) { rows(unseen.words); }

  void row(const CollapsedRow& collapsed) {
    CellRow cells = blank(collapsed.segments ? glyphs_.dotted : "");
    put_time(cells, collapsed.time);
    const std::string text = collapsed.segments ? collapsed.text : " " + collapsed.text + " ";
    if (collapsed.low == collapsed.high)
      return row({collapsed.low, {{text, Ink::faint}}}, std::move(cells));
    const std::size_t begin = at_.post(collapsed.low) + 1, end = at_.post(collapsed.high);
    if (!collapsed.segments) {
      cells.fill(begin, end, glyphs_.dashed, Ink::faint);
      cells.put(begin, glyphs_.left, Ink::faint);
      cells.put(end - 1, glyphs_.right, Ink::faint);
    }
    const std::size_t wide = columns(text), width = end - begin;
    cells.put(wide < width ? begin + (width - wide) / 2 : begin, text, Ink::faint);
    cells.print(page_);
  }

  // --- arrows ------------------------------------------------------------------------

  void row(const HoldRow& hold) {
    const Hop& hop = ladder_.message(hold.message).hops[hold.hop];
    const std::size_t from = at_.post(hop.from), to = at_.post(hop.to);
    // A third of the distance, or as far as its label needs.
    const std::size_t length = hop.is_leftward() ? from - to : to - from;
    const std::size_t far = std::clamp(columns(hold.label) + 6, length / 3, 3 * length / 5);
    const std::size_t column = hop.is_leftward() ? from - far : from + far;
    const Text label = label_within(hop, hold.label, 6, far);
    CellRow cells = blank();
    put_time(cells, hold.time);
    line(cells, from, column, label, hop.is_leftward());
    cells.put(column, glyphs_.waiting, Ink::doubtful);
    cells.print(page_);
    if (!hold.for_ever) waiting_[hold.message] = column;
  }

  // The label if it fits into `width` columns with `more`; otherwise prints it on its own line
  // above the arrow, near the sender, and returns nothing.
  Text label_within(const Hop& hop, const Text& label, std::size_t more, std::size_t width) {
    const std::size_t wide = columns(label);
    if (wide + more <= width) return label;
    CellRow cells = blank();
    const std::size_t post = at_.post(hop.from);
    if (hop.is_leftward())
      cells.put_before(post - 1, label);
    else
      cells.put(std::min(post + 2, page_.width() - std::min(page_.width(), wide)), label);
    cells.print(page_);
    return {};
  }

  // From one column to another, both exclusive, with a label near its beginning.
  void line(CellRow& cells, std::size_t from, std::size_t to, const Text& label, bool left) const {
    for (std::size_t column = std::min(from, to) + 1; column < std::max(from, to); ++column) {
      const std::string_view under = cells.at(column);
      const bool crosses = under == glyphs_.dotted;
      cells.put(column,
                crosses                     ? glyphs_.crossing
                : under == glyphs_.vertical ? glyphs_.over
                                            : glyphs_.horizontal,
                crosses ? Ink::accent : Ink::plain);
    }
    if (label.empty()) return;
    Text padded = label;
    padded.front().text.insert(0, " ");
    padded.back().text.append(" ");
    left ? cells.put_before(from - 2, padded) : cells.put(from + 3, padded);
  }

  void row(const ArrowRow& arrow) {
    const Message& message = ladder_.message(arrow.message);
    const Hop& first = message.hops[arrow.begin];
    first.from == first.to ? loop(arrow) : straight(arrow);
    rows(arrow.arrival);
  }

  void straight(const ArrowRow& arrow) {
    const Message& message = ladder_.message(arrow.message);
    const Hop& first = message.hops[arrow.begin];
    const auto waits = waiting_.extract(arrow.message);
    const std::size_t post = at_.post(first.from), stop = at_.post(first.to);
    const std::size_t start = waits ? waits.mapped() : post;
    const std::size_t width = start > stop ? start - stop : stop - start;
    const Text label = label_within(first, arrow.label, 7, width);
    CellRow cells = blank();
    put_time(cells, arrow.time);
    for (std::size_t i = arrow.begin; i < arrow.end; ++i)
      put_hop(cells, message, i, i == arrow.begin ? start : at_.post(message.hops[i].from),
              i == arrow.begin ? label : Text{});
    if (start != post) cells.put(start, glyphs_.waiting, Ink::doubtful);
    // Nothing in between: the arrow shows the wait.
    const std::size_t at = columns(label) + 6;
    if (first.held && start == post && at + 2 < width)
      cells.put(first.is_leftward() ? post - at : post + at, glyphs_.waiting, Ink::doubtful);
    cells.print(page_);
  }

  void put_hop(CellRow& cells, const Message& message, std::size_t index, std::size_t start,
               const Text& label) const {
    const Hop& hop = message.hops[index];
    const bool left = hop.is_leftward();
    const std::size_t target = at_.post(hop.to);
    const Fate fate = index + 1 == message.hops.size() ? message.fate : Fate::arrived;
    std::size_t stop = target;
    if (fate == Fate::lost_on_link || fate == Fate::never_left) {
      // Half of the distance, or as far as its label reaches.
      const std::size_t length = left ? start - target : target - start;
      const std::size_t least = label.empty() ? 3 : columns(label) + 7;
      const std::size_t far = std::min(
          std::max(least, fate == Fate::never_left ? std::size_t{4} : length / 2), length - 1);
      stop = left ? start - far : start + far;
    }
    line(cells, start, stop, label, left);
    const std::size_t head = left ? stop + 1 : stop - 1;
    if (fate == Fate::arrived || fate == Fate::stopped)
      cells.put(head, left ? glyphs_.left : glyphs_.right);
    else
      cells.put(fate == Fate::dropped ? head : stop, glyphs_.lost, Ink::bad);
    if (fate != Fate::stopped || at_.count() == 1) return;
    if (left && target > 0) cells.put(target - 1, glyphs_.lost, Ink::bad);
    if (!left && target + 1 < page_.width()) cells.put(target + 1, glyphs_.lost, Ink::bad);
  }

  // Over lo, from the host to itself.
  void loop(const ArrowRow& arrow) {
    const Message& message = ladder_.message(arrow.message);
    const std::size_t post = at_.post(message.from());
    const bool right = at_.words_right(message.from());
    const std::size_t far = columns(arrow.label) + 8, turn = right ? post + far : post - far;
    CellRow out = blank();
    put_time(out, arrow.time);
    line(out, post, turn, arrow.label, !right);
    out.put(turn, right ? glyphs_.top_right : glyphs_.top_left);
    out.print(page_);
    CellRow back = blank();
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

  // Whether there is space to draw them crossing, on one link.
  bool fits(const CrossRow& cross) const {
    const Message& a = ladder_.message(cross.first.message);
    const Message& b = ladder_.message(cross.second.message);
    if (a.hops.size() != 1 || b.hops.size() != 1) return false;
    if (a.fate != Fate::arrived || b.fate != Fate::arrived) return false;
    if (a.from() != b.to() || a.to() != b.from()) return false;
    const std::size_t half = at_.gap() / 2;
    return columns(cross.first.label) + 7 <= half && columns(cross.second.label) + 7 <= half;
  }

  void row(const CrossRow& cross) {
    if (!fits(cross)) {
      row(cross.first);
      return row(cross.second);
    }
    const Message& first = ladder_.message(cross.first.message);
    const bool left = first.hops[0].is_leftward();
    const ArrowRow& going = left ? cross.second : cross.first;
    const ArrowRow& coming = left ? cross.first : cross.second;
    const Hop& hop = ladder_.message(going.message).hops[0];
    const std::size_t low = at_.post(hop.from), high = at_.post(hop.to), center = (low + high) / 2;
    CellRow out = blank();
    put_time(out, first.first().left);
    line(out, low, center - 1, going.label, false);
    out.put(center - 1, glyphs_.top_right);
    line(out, high, center + 1, coming.label, true);
    out.put(center + 1, glyphs_.top_left);
    out.print(page_);
    CellRow between = blank();
    between.put(center, glyphs_.crossing, Ink::accent);
    if (first.simultaneous_open) between.put(center + 3, "simultaneous open", Ink::accent);
    between.print(page_);
    CellRow in = blank();
    put_time(in,
             std::max(first.last().arrived, ladder_.message(cross.second.message).last().arrived));
    line(in, low, center - 1, {}, false);
    in.put(low + 1, glyphs_.left);
    in.put(center - 1, glyphs_.bottom_right);
    line(in, center + 1, high, {}, false);
    in.put(high - 1, glyphs_.right);
    in.put(center + 1, glyphs_.bottom_left);
    in.print(page_);
    rows(cross.first.arrival);
    rows(cross.second.arrival);
  }

  Page& page_;
  const draw::Glyphs& glyphs_;
  const Ladder& ladder_;
  LadderColumns at_;
  std::map<std::size_t, std::size_t> waiting_;  // message → the column where it waits
};

}  // namespace

void draw_ladder(Page& page, const Timeline& timeline, draw::Detail detail) {
  const bool full = detail == draw::Detail::full;
  const Ladder ladder =
      ladder_of(timeline, page.glyphs(), {.collapse = !full, .every_event = full});
  TextDrawing(page, ladder).all();
}

}  // namespace lab::diagram
