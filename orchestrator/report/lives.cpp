// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "report/tables.hpp"

namespace lab::report {
namespace {

using draw::columns;
using draw::Ink;
using draw::Line;
using draw::Page;

struct Life {
  std::string host, name;
  std::vector<std::pair<TcpState, std::size_t>> states;  // with the step, from 1
};

void live(Life& life, TcpState state, std::size_t step) {
  if (life.states.empty() || life.states.back().first != state)
    life.states.emplace_back(state, step);
}

// A socket without a name is identified by its ends.
std::string name_in(const Timeline& timeline, const Row& row) {
  const std::string name = socket_name(timeline, row.cookie);
  return name.empty() ? row.local.str() : name;
}

std::vector<Life> lives_of(const Timeline& timeline) {
  std::vector<Life> lives;
  std::map<std::pair<std::string, std::uint64_t>, std::size_t> by_cookie;
  for (const StepRecord& step : timeline.steps) {
    for (const Snapshot& snapshot : step.snapshots) {
      for (const auto* table : {&snapshot.bound, &snapshot.listeners, &snapshot.ehash}) {
        for (const Witnessed& witnessed : *table) {
          for (const Row& row : witnessed.rows.value_or(std::vector<Row>{})) {
            if (row.cookie.value_or(0) == 0) continue;
            const auto [found, fresh] =
                by_cookie.try_emplace({snapshot.host, *row.cookie}, lives.size());
            if (fresh) lives.push_back({snapshot.host, name_in(timeline, row), {}});
            live(lives[found->second], row.state, step.index + 1);
          }
        }
      }
    }
  }
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
    for (const auto& [state, step] : life.states) {
      if (!steps.empty()) line.add(arrow);
      line.add(to_string(state), Ink::accent);
      steps += (steps.empty() ? "" : ", ") + std::to_string(step);
    }
    line.to_right(page.width(), steps).add(steps, Ink::faint).print(page);
  }
}

}  // namespace lab::report
