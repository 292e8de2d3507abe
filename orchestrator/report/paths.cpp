// SPDX-License-Identifier: MIT
#include "report/paths.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/paths.hpp"
#include "record/paths.hpp"
#include "report/flight.hpp"
#include "report/label.hpp"
#include "report/path_rows.hpp"
#include "tcp_lookup/contract.h"

namespace lab::report {
namespace {

constexpr std::size_t step_column = 8, row_column = 10, what_column = 30, socket_column = 64;

using Events = std::vector<const TraceEvent*>;

// One thing in the story: a packet and what the receiver's kernel did with it,
// or what a kernel did with a segment of which no packet was captured, or with
// none at all.
struct Item {
  Timestamp time = 0;
  std::optional<std::size_t> step;
  std::optional<Flight> flight;
  std::string host;     // without a flight: where it happened
  std::string segment;  // without a flight: "client:40000 > server:8888 S"; empty: none
  Events events;
};

// A change of state by a call or a timer, and a reset sent so. Lookups outside
// of a path are questions of the lab's own.
bool stands_alone(const TraceEvent& event) {
  return !event.segment && (event.event == TCP_LOOKUP_EVENT_SET_STATE ||
                            event.event == TCP_LOOKUP_EVENT_ACTIVE_RESET);
}

class Story {
 public:
  explicit Story(const Timeline& timeline) : timeline_(timeline), paths_(paths_of(timeline)) {
    for (Flight& flight : flights(timeline)) add(std::move(flight));
    for (const HostRecord& host : timeline.hosts)
      for (const check::SegmentPath& path : check::paths_at(timeline, host.name))
        if (!arrival_of(timeline, paths_, host.name, path.segment)) add(host.name, path);
    for (const TraceEvent& event : timeline.trace)
      if (stands_alone(event))
        items_.push_back({event.time, step_at(event.time), std::nullopt, event.host, "", {&event}});
    std::stable_sort(items_.begin(), items_.end(),
                     [](const Item& a, const Item& b) { return a.time < b.time; });
  }

  const std::vector<Item>& items() const { return items_; }

  // The packet that this one answers; null: it answers none.
  const Flight* cause_of(const Flight& flight) const {
    if (!flight.departure || !paths_[*flight.departure]) return nullptr;
    const auto& cause = paths_[*flight.departure]->cause;
    if (!cause) return nullptr;
    const auto arrival = arrival_of(timeline_, paths_, flight.from, *cause);
    for (const Item& item : items_)
      if (arrival && item.flight && item.flight->arrival == arrival) return &*item.flight;
    return nullptr;
  }

 private:
  void add(Flight flight) {
    Events events;
    if (flight.arrival && paths_[*flight.arrival]) events = paths_[*flight.arrival]->events;
    const Timestamp time = flight.time();
    const auto step = flight.step;
    items_.push_back({time, step, std::move(flight), "", "", std::move(events)});
  }

  // A segment that no packet tells of, unless the host has only sent it.
  void add(const std::string& host, const check::SegmentPath& path) {
    Events events = path.events;
    std::erase_if(events, [](const TraceEvent* event) { return is_sending(*event); });
    if (events.empty()) return;
    const Timestamp time = events.front()->time;
    items_.push_back({time, step_at(time), std::nullopt, host, check::describe(timeline_, path),
                      std::move(events)});
  }

  std::optional<std::size_t> step_at(Timestamp time) const {
    std::optional<std::size_t> step;
    for (const StepRecord& each : timeline_.steps)
      if (each.skipped.empty() && each.begin <= time) step = each.index;
    return step;
  }

  const Timeline& timeline_;
  Paths paths_;
  std::vector<Item> items_;
};

class Draw {
 public:
  Draw(Page& page, const Timeline& timeline, const Story& story)
      : page_(page), timeline_(timeline), story_(story) {
    for (const Item& item : story.items())
      if (item.flight) {
        origin_ = item.time;
        break;
      }
  }

  void all() {
    const auto& items = story_.items();
    std::optional<std::size_t> step;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Item& item = items[i];
      if (item.step && item.step != step) head(*(step = item.step));
      if (item.flight && !item.flight->segment) {
        i = other_protocol(i);
      } else if (item.flight || !item.segment.empty()) {
        packet(item);
        for (const PathRow& each : rows_of(timeline_, item.events)) row(each);
      } else {
        lone_event(item);
      }
    }
  }

 private:
  void head(std::size_t index) {
    const std::string number = std::to_string(index + 1);
    auto text = wrapped(record_of(timeline_, index)->text, page_.width() - step_column - 2);
    if (text.size() > 1) text[0].append(" ").append(page_.glyphs().ellipsis);
    page_.blank();
    Line()
        .to_right(step_column - 2, number)
        .add(number, Ink::faint)
        .to(step_column)
        .add(text[0], Ink::strong)
        .print(page_);
  }

  std::string arrow() const {
    return fmt::format(" {0}{0}{1} ", page_.glyphs().horizontal, page_.glyphs().right);
  }

  // A line about one packet, whose parts go below where there is no room beside.
  // The time stands at the right margin of the first.
  struct Part {
    std::string text;
    Ink ink = Ink::plain;
  };
  void print(const Item& item, const std::vector<std::vector<Part>>& groups) {
    const auto time = fmt::format("{:.3f} ms", static_cast<double>(item.time - origin_) / 1e6);
    std::size_t room = page_.width() - columns(time) - 2;
    Line line;
    line.to(step_column);
    const auto end_line = [&] {
      if (room < page_.width()) line.to_right(page_.width(), time).add(time, Ink::faint);
      line.print(page_);
      room = page_.width();
    };
    bool first = true;
    for (const auto& group : groups) {
      std::size_t wide = 0;
      for (const Part& part : group) wide += columns(part.text);
      if (wide == 0) continue;
      if (!first && line.columns() + 2 + wide > room) {
        end_line();
        line = Line();
        line.to(row_column);
      } else if (!first) {
        line.to(line.columns() + 2);
      }
      first = false;
      for (const Part& part : group) line.add(part.text, part.ink);
    }
    end_line();
  }

  void packet(const Item& item) {
    if (!item.flight)
      return print(item, {{{item.segment, Ink::strong},
                           {fmt::format(" on {}, packet not known", item.host), Ink::doubtful}}});
    const Flight& flight = *item.flight;
    const Label label = label_of(flight);
    const auto end = [](const std::string& host, const Endpoint& endpoint) {
      return Part{fmt::format("{}:{}", host, endpoint.port), Ink::strong};
    };
    std::string answers;
    if (const Flight* cause = story_.cause_of(flight))
      answers = fmt::format("answers {} {}", label_of(*cause).flags, label_of(*cause).numbers);
    print(item, {{end(flight.from, flight.segment->source),
                  {arrow()},
                  end(flight.to, flight.segment->destination),
                  {flight.from == flight.to ? " over lo" : ""}},
                 {{label.flags, label.ink}, {" " + label.numbers}},
                 {{label.remark, Ink::doubtful}},
                 {{answers, Ink::faint}},
                 {{flight.arrived ? "" : "not seen arriving", Ink::bad}}});
  }

  void row(const PathRow& row) {
    Line line;
    line.to(row_column).add(row.asker).to(row.asker.empty() || !row.what.empty() ? what_column : 0);
    line.add(row.what);
    if (!row.outcome.empty()) line.add(line.columns() == what_column ? "" : " ");
    line.add(row.outcome, row.ink);
    finish(line, row);
  }

  // The socket in its column, or as near to it as there is room, or below.
  void finish(Line& line, const PathRow& row) {
    const std::size_t wide = columns(row.socket), free = line.columns() + 2;
    const std::size_t last = page_.width() > wide ? page_.width() - wide : 0;
    if (row.socket.empty() || free <= last) {
      line.to(std::max(free, std::min(socket_column, last))).add(row.socket).print(page_);
    } else {
      line.print(page_);
      Line().to(what_column + 2).add(row.socket).print(page_);
    }
  }

  void lone_event(const Item& item) {
    const PathRow row = row_of(timeline_, *item.events.front());
    Line line;
    line.to(step_column).add(item.host, Ink::strong).to(what_column).add(row.what);
    if (!row.outcome.empty()) line.add(" ").add(row.outcome, row.ink);
    finish(line, row);
  }

  // A run of one protocol becomes one line; its last index.
  std::size_t other_protocol(std::size_t i) {
    const auto& items = story_.items();
    const std::string& protocol = items[i].flight->protocol;
    std::size_t end = i + 1;
    while (end < items.size() && items[end].flight && !items[end].flight->segment &&
           items[end].flight->protocol == protocol && items[end].step == items[i].step)
      ++end;
    print(items[i], {{{end - i == 1 ? protocol : fmt::format("{}, {} packets", protocol, end - i),
                       Ink::faint}}});
    return end - 1;
  }

  Page& page_;
  const Timeline& timeline_;
  const Story& story_;
  Timestamp origin_ = 0;
};

}  // namespace

void draw_paths(Page& page, const Timeline& timeline) {
  if (timeline.trace.empty() && timeline.no_trace.empty()) return;
  page.heading("Timeline", "each step's packets, and the path that the receiver's kernel took");
  if (!timeline.no_trace.empty()) {
    print_hanging(page, 2, page.glyphs().not_observed, 4,
                  fmt::format("not observed: {}", timeline.no_trace), Ink::doubtful);
    return;
  }
  const Story story(timeline);
  Draw(page, timeline, story).all();
  if (timeline.trace_lost + timeline.trace_missed > 0)
    print_hanging(page, 2, "", 2,
                  fmt::format("{} events were lost and {} calls missed: what is not here proves "
                              "nothing.",
                              timeline.trace_lost, timeline.trace_missed),
                  Ink::doubtful);
}

}  // namespace lab::report
