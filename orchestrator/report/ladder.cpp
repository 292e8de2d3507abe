// SPDX-License-Identifier: MIT
#include "report/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "report/flight.hpp"
#include "report/label.hpp"

namespace lab::report {
namespace {

// A conversation: all flights between two hosts, or those of one over lo.
struct Ladder {
  std::string one, other;
  std::vector<Flight> flights;
};

std::vector<Ladder> ladders_of(const Timeline& timeline) {
  std::vector<Ladder> result;
  const auto rank = [&timeline](const std::string& host) {
    return std::find_if(timeline.hosts.begin(), timeline.hosts.end(),
                        [&host](const HostRecord& each) { return each.name == host; });
  };
  for (Flight& flight : flights(timeline)) {
    std::string one = flight.from, other = flight.to;
    if (rank(other) < rank(one)) std::swap(one, other);
    auto ladder = std::find_if(result.begin(), result.end(), [&](const Ladder& each) {
      return each.one == one && each.other == other;
    });
    if (ladder == result.end()) ladder = result.insert(result.end(), {one, other, {}});
    ladder->flights.push_back(std::move(flight));
  }
  return result;
}

// Draws one ladder. Columns from the left: step, time at one, post, lane,
// post, time at the other.
class Draw {
 public:
  Draw(Page& page, const Ladder& ladder, Timestamp origin)
      : page_(page), glyphs_(page.glyphs()), ladder_(ladder), origin_(origin) {
    lane_ = std::clamp<std::size_t>(page.width() - left_post - 12, 44, 58);
  }

  void all() {
    head();
    const auto& list = ladder_.flights;
    for (std::size_t i = 0; i < list.size();) {
      if (!list[i].segment)
        i = other_protocol(i);
      else if (i + 1 < list.size() && can_cross(list[i], list[i + 1]))
        i = cross(i);
      else
        arrow(list[i++]);
    }
  }

 private:
  static constexpr std::size_t left_post = 17;

  std::size_t right_post() const { return left_post + lane_ + 1; }
  bool over_lo() const { return ladder_.one == ladder_.other; }
  // Over lo every packet goes to the right, from the host to itself.
  bool rightward(const Flight& flight) const { return flight.from == ladder_.one; }

  // "left:40000" when only one port is ever used there.
  std::string name(const std::string& host) const {
    std::set<std::uint16_t> ports;
    for (const Flight& flight : ladder_.flights) {
      if (!flight.segment) continue;
      if (flight.from == host) ports.insert(flight.segment->source.port);
      if (flight.to == host) ports.insert(flight.segment->destination.port);
    }
    return ports.size() == 1 ? fmt::format("{}:{}", host, *ports.begin()) : host;
  }

  void head() {
    const std::string other = over_lo() ? "itself, over lo" : name(ladder_.other);
    Line()
        .to(2)
        .add("step", Ink::faint)
        .to_right(left_post - 2, "ms")
        .add("ms", Ink::faint)
        .to(left_post)
        .add(name(ladder_.one), Ink::strong)
        .to_right(right_post() + 1, other)
        .add(other, Ink::strong)
        .to_right(right_post() + 11, "ms")
        .add("ms", Ink::faint)
        .print(page_);
  }

  void time(Line& line, std::size_t end, const std::optional<Timestamp>& stamp) const {
    if (!stamp) return;
    const auto text = fmt::format("{:.3f}", static_cast<double>(*stamp - origin_) / 1e6);
    line.to_right(end, text).add(text, Ink::faint);
  }

  // Everything up to the first post.
  Line begin(const std::optional<std::size_t>& step, const std::optional<Timestamp>& stamp) {
    Line line;
    if (step && step != last_step_) {
      const std::string number = std::to_string(*step + 1);
      line.to_right(6, number).add(number, Ink::faint);
      last_step_ = step;
    }
    time(line, left_post - 2, stamp);
    line.to(left_post).add(glyphs_.vertical, Ink::faint);
    return line;
  }

  void finish(Line& line, const std::optional<Timestamp>& stamp) {
    line.to(right_post()).add(glyphs_.vertical, Ink::faint);
    time(line, right_post() + 11, stamp);
    line.print(page_);
  }

  void put(Line& line, const Label& label) const {
    line.add(" ").add(label.flags, label.ink).add(" ").add(label.numbers);
    if (!label.remark.empty()) line.add(", ").add(label.remark, Ink::doubtful);
    line.add(" ");
  }

  static std::size_t width(const Label& label) {
    return columns(label.flags) + columns(label.numbers) + 3 +
           (label.remark.empty() ? 0 : columns(label.remark) + 2);
  }

  void arrow(const Flight& flight) {
    Label label = label_of(flight);
    const bool right = rightward(flight);
    Line line = begin(flight.step, right ? flight.left : flight.arrived);
    // The label stands near the sender, the head at the receiver; an end that
    // nobody saw is a gap in the arrow.
    const std::string_view ending = flight.whole()    ? ""
                                    : !flight.arrived ? "not seen arriving"
                                                      : "not seen leaving";
    const std::size_t lane_begin = left_post + 2, lane_end = right_post() - 1;
    if (right) {
      line.to(lane_begin);
      if (!flight.left) line.add(ending, Ink::doubtful).add(" ");
      line.add(glyphs_.horizontal).add(glyphs_.horizontal);
      put(line, label);
      if (flight.arrived) {
        line.fill(glyphs_.horizontal, lane_end - 1).add(glyphs_.right);
      } else {
        line.fill(glyphs_.horizontal, lane_end - columns(ending) - 2)
            .add(glyphs_.lost, Ink::bad)
            .add(" ")
            .add(ending, Ink::bad);
      }
    } else {
      std::size_t tail = lane_end - width(label) - 2;
      if (!flight.left) tail -= columns(ending) + 1;
      line.to(lane_begin);
      if (flight.arrived)
        line.add(glyphs_.left).fill(glyphs_.horizontal, tail);
      else
        line.add(ending, Ink::bad)
            .add(" ")
            .add(glyphs_.lost, Ink::bad)
            .fill(glyphs_.horizontal, tail);
      put(line, label);
      line.add(glyphs_.horizontal).add(glyphs_.horizontal);
      if (!flight.left) line.add(" ").add(ending, Ink::doubtful);
    }
    finish(line, right ? flight.arrived : flight.left);
  }

  std::size_t middle() const { return left_post + (lane_ + 1) / 2; }

  // They cross, and there is room to draw it.
  bool can_cross(const Flight& one, const Flight& other) const {
    if (!other.segment || !crossing(one, other)) return false;
    const std::size_t room = middle() - 1 - (left_post + 2) - 2;
    return width(label_of(one)) <= room && width(label_of(other)) <= room;
  }

  // Two packets that pass each other on the way, three lines in all.
  std::size_t cross(std::size_t i) {
    const Flight& first = ladder_.flights[i];
    const Flight& second = ladder_.flights[i + 1];
    const Flight& going = rightward(first) ? first : second;
    const Flight& coming = rightward(first) ? second : first;
    const std::size_t center = middle();
    const std::size_t lane_end = right_post() - 1;

    Line out = begin(first.step, going.left);
    out.to(left_post + 2).add(glyphs_.horizontal).add(glyphs_.horizontal);
    put(out, label_of(going));
    out.fill(glyphs_.horizontal, center - 1)
        .add(glyphs_.top_right)
        .to(center + 1)
        .add(glyphs_.top_left);
    const Label label = label_of(coming);
    out.fill(glyphs_.horizontal, lane_end - width(label) - 2);
    put(out, label);
    out.add(glyphs_.horizontal).add(glyphs_.horizontal);
    finish(out, coming.left);

    Line between = begin(std::nullopt, std::nullopt);
    between.to(center).add(glyphs_.crossing, Ink::accent);
    if (simultaneous_open(first, second)) between.add("  simultaneous open", Ink::accent);
    finish(between, std::nullopt);

    Line in = begin(second.step, coming.arrived);
    in.to(left_post + 2)
        .add(glyphs_.left)
        .fill(glyphs_.horizontal, center - 1)
        .add(glyphs_.bottom_right)
        .to(center + 1)
        .add(glyphs_.bottom_left)
        .fill(glyphs_.horizontal, lane_end - 1)
        .add(glyphs_.right);
    finish(in, going.arrived);
    return i + 2;
  }

  // Ping, ARP and the like: a run of one protocol becomes one line.
  std::size_t other_protocol(std::size_t i) {
    const auto& list = ladder_.flights;
    const Flight& first = list[i];
    bool to_right = false, to_left = false;
    std::size_t end = i;
    for (; end < list.size() && !list[end].segment && list[end].protocol == first.protocol; ++end)
      (rightward(list[end]) ? to_right : to_left) = true;
    Line line = begin(first.step, rightward(first) ? first.left : first.arrived);
    line.to(left_post + 2)
        .add(to_left ? glyphs_.left : glyphs_.dashed, Ink::faint)
        .add(glyphs_.dashed, Ink::faint)
        .add(end - i == 1 ? fmt::format(" {} ", first.protocol)
                          : fmt::format(" {}, {} packets ", first.protocol, end - i),
             Ink::faint)
        .fill(glyphs_.dashed, right_post() - 2, Ink::faint)
        .add(to_right ? glyphs_.right : glyphs_.dashed, Ink::faint);
    finish(line, rightward(first) ? first.arrived : first.left);
    return end;
  }

  Page& page_;
  const Glyphs& glyphs_;
  const Ladder& ladder_;
  Timestamp origin_;
  std::size_t lane_ = 0;
  std::optional<std::size_t> last_step_;
};

}  // namespace

void draw_packets(Page& page, const Timeline& timeline) {
  const auto ladders = ladders_of(timeline);
  page.heading("Packets", "on the wire; numbers count from each side's initial sequence number");
  if (ladders.empty()) Line().to(2).add("none were captured", Ink::faint).print(page);
  Timestamp origin = 0;
  for (const Ladder& ladder : ladders) {
    const Timestamp first = ladder.flights.front().time();
    if (origin == 0 || first < origin) origin = first;
  }
  for (const Ladder& ladder : ladders) {
    page.blank();
    Draw(page, ladder, origin).all();
  }
  if (timeline.packets_lost)
    Line()
        .to(2)
        .add("The capture itself lost packets: what is missing here proves nothing.", Ink::doubtful)
        .print(page);
}

}  // namespace lab::report
