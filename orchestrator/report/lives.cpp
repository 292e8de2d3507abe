// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "record/entries.hpp"
#include "report/tables.hpp"
#include "sequence/state_changes.hpp"

namespace lab::report {
namespace {

using draw::columns;
using draw::Ink;
using draw::Line;
using draw::Page;

struct Life {
  std::string host, name;
  bool named = false;                                    // by the scenario
  std::vector<std::pair<TcpState, std::size_t>> states;  // with the step, from 1
  std::size_t others = 0;  // sockets without a name that went through the same states
};

// One state of one socket, as a table or the trace showed it.
struct Sight {
  Timestamp time = 0;
  std::string host;
  std::uint64_t cookie = 0;
  std::string name;
  TcpState state = TcpState::closed;
  std::size_t step = 0;  // from 1
  Kind kind = Kind::full;
};

void live(Life& life, const Sight& sight) {
  auto& states = life.states;
  // The full socket is closed when the one in TIME-WAIT takes its place (tcp_time_wait()).
  if (sight.kind == Kind::timewait && states.size() > 1 && states.back().first == TcpState::closed)
    states.pop_back();
  if (states.empty() || states.back().first != sight.state)
    states.emplace_back(sight.state, sight.step);
}

// A socket without a name is identified by its ends.
std::string name_in(const Timeline& timeline, const Row& row) {
  const std::string name = socket_name(timeline, row.cookie);
  return name.empty() ? row.local.str() : name;
}

using Key = std::pair<std::string, std::uint64_t>;  // host, cookie

// The step, from 1, in which something happened; 0: before the first.
std::size_t step_at(const Timeline& timeline, Timestamp time) {
  std::size_t step = 0;
  for (const StepRecord& each : timeline.steps)
    if (each.skipped.empty() && each.begin <= time) step = each.index + 1;
  return step;
}

std::vector<Sight> traced(const Timeline& timeline) {
  std::vector<Sight> sights;
  for (const TraceEvent& event : timeline.trace) {
    const auto change = sequence::state_change_of(timeline, event);
    if (!change || change->cookie.value_or(0) == 0) continue;
    const std::string name = socket_name(timeline, change->cookie);
    Sight sight{event.time, event.host, *change->cookie,
                !name.empty() ? name : event.source ? event.source->str() : "a socket",
                change->after, step_at(timeline, event.time)};
    if (change->before) {
      Sight before = sight;
      before.state = *change->before;
      sights.push_back(std::move(before));
    }
    sights.push_back(std::move(sight));
  }
  return sights;
}

// What the tables showed. Of a full socket that was traced, only what came before: the trace
// misses no change after its first.
std::vector<Sight> in_tables(const Timeline& timeline, const std::vector<Sight>& traced) {
  std::map<Key, Timestamp> first;
  for (const Sight& sight : traced) first.try_emplace({sight.host, sight.cookie}, sight.time);
  std::vector<Sight> sights;
  for (const StepRecord& step : timeline.steps)
    for (const Snapshot& snapshot : step.snapshots)
      for (const auto* table : {&snapshot.bound, &snapshot.listeners, &snapshot.ehash})
        for (const Witnessed& witnessed : *table)
          for (const Row& row : witnessed.rows.value_or(std::vector<Row>{})) {
            if (row.cookie.value_or(0) == 0) continue;
            const auto found = first.find({snapshot.host, *row.cookie});
            if (found != first.end() && row.kind == Kind::full && step.end > found->second)
              continue;
            sights.push_back({step.end, snapshot.host, *row.cookie, name_in(timeline, row),
                              row.state, step.index + 1, row.kind});
          }
  return sights;
}

// Sockets without a name that went through the same states become one.
void join_the_same(std::vector<Life>& lives) {
  std::map<std::pair<std::string, std::vector<TcpState>>, std::size_t> known;
  std::vector<Life> joined;
  for (Life& life : lives) {
    std::vector<TcpState> states;
    for (const auto& [state, step] : life.states) states.push_back(state);
    const auto [found, fresh] =
        life.named ? std::pair(known.end(), true)
                   : known.try_emplace({life.host, std::move(states)}, joined.size());
    if (fresh)
      joined.push_back(std::move(life));
    else
      ++joined[found->second].others;
  }
  lives = std::move(joined);
}

std::vector<Life> lives_of(const Timeline& timeline) {
  std::vector<Sight> sights = traced(timeline);
  const std::vector<Sight> seen = in_tables(timeline, sights);
  sights.insert(sights.end(), seen.begin(), seen.end());
  std::ranges::stable_sort(sights, {}, &Sight::time);
  std::vector<Life> lives;
  std::map<Key, std::size_t> by_cookie;
  for (const Sight& sight : sights) {
    const auto [found, fresh] = by_cookie.try_emplace({sight.host, sight.cookie}, lives.size());
    if (fresh)
      lives.push_back({sight.host, sight.name, !socket_name(timeline, sight.cookie).empty(), {}});
    live(lives[found->second], sight);
  }
  join_the_same(lives);
  for (Life& life : lives)
    if (life.others > 0) life.name += fmt::format(" and {} more", life.others);
  return lives;
}

}  // namespace

void draw_lives(Page& page, const Timeline& timeline) {
  const auto lives = lives_of(timeline);
  if (lives.empty()) return;
  page.heading("Sockets", "the states in which they were seen, and at which steps");
  std::size_t host = 0, name = 0;
  for (const Life& life : lives) {
    host = std::max(host, columns(life.host));
    name = std::max(name, columns(life.name));
  }
  const std::string arrow =
      fmt::format(" {0}{0}{1} ", page.glyphs().horizontal, page.glyphs().right);
  for (const Life& life : lives) {
    Line line;
    line.to(2).add(life.host).to(4 + host).add(life.name, Ink::strong).to(6 + host + name);
    std::string steps;
    std::size_t last = 0;
    bool first = true;
    for (const auto& [state, step] : life.states) {
      if (!std::exchange(first, false)) {
        if (line.columns() + columns(arrow) + columns(to_string(state)) > page.width()) {
          std::exchange(line, Line().to(6 + host + name)).print(page);
          line.add(arrow.substr(1));
        } else {
          line.add(arrow);
        }
      }
      line.add(to_string(state), Ink::accent);
      if (step != std::exchange(last, step))
        steps += (steps.empty() ? "" : ", ") + std::to_string(step);
    }
    if (line.columns() + 1 + columns(steps) > page.width())
      std::exchange(line, Line()).print(page);
    line.to_right(page.width(), steps).add(steps, Ink::faint).print(page);
  }
}

}  // namespace lab::report
