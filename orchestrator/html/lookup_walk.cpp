// SPDX-License-Identifier: MIT
#include "html/lookup_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "record/entries.hpp"
#include "record/kernel_function.hpp"

namespace lab::html {
namespace {

// The module's tables of a host at a step.
struct Tables {
  std::optional<std::size_t> step;  // from 1
  const Snapshot* snapshot = nullptr;
};

const std::vector<Row>* rows_of(const WitnessedRows& table) {
  const auto module = std::ranges::find(table, Witness::module, &Witnessed::witness);
  return module == table.end() || !module->rows ? nullptr : &*module->rows;
}

// The last before the lookup, else the first after it.
Tables tables_near(const Timeline& timeline, const std::string& host, std::size_t step) {
  Tables nearest;
  for (const StepRecord& each : timeline.steps) {
    if (each.index > step && nearest.snapshot) break;
    for (const Snapshot& snapshot : each.snapshots)
      if (snapshot.host == host &&
          (rows_of(snapshot.ehash) || rows_of(snapshot.listeners) || rows_of(snapshot.bound)))
        nearest = {each.index + 1, &snapshot};
  }
  return nearest;
}

struct Look {
  LookupStepName step;
  std::optional<KernelFunction> function;  // of IPv4; nothing: none of the receive path
  const WitnessedRows Snapshot::*table;
};
constexpr std::array<Look, 4> looks{
    {{LookupStepName::ehash, KernelFunction::established4, &Snapshot::ehash},
     {LookupStepName::exact, KernelFunction::lhash4, &Snapshot::listeners},
     {LookupStepName::wildcard, KernelFunction::lhash4, &Snapshot::listeners},
     {LookupStepName::bind, std::nullopt, &Snapshot::bound}}};

std::string function_of(const Look& look, Family family) {
  return look.function ? std::string(kernel_name(*look.function, family)) : "";
}

using Chain = std::vector<Link>;

// All places of the bucket up to the last known one, and those that the probe passed. Sockets that
// are not in the table are unknown. Unknown neighbours are one link with their number: that comes
// from a file, and can be any.
Chain places(const std::vector<Row>& rows, std::size_t walked) {
  std::map<std::size_t, const Row*> known;
  for (const Row& row : rows)
    if (row.position) known[*row.position] = &row;
  Chain chain;
  std::size_t next = 0;
  const auto add_unknown = [&](std::size_t end, bool compared) {
    if (next >= end) return;
    chain.push_back({"", std::nullopt, end - next, compared});
    next = end;
  };
  for (const auto& [position, row] : known) {
    add_unknown(std::min(position, walked), true);
    add_unknown(position, false);
    chain.push_back({"", *row, 1, position < walked});
    next = position + 1;
  }
  add_unknown(walked, true);
  for (const Row& row : rows)
    if (!row.position) chain.push_back({"", row});
  return chain;
}

void mark_hit(Chain& chain, const Row& hit) {
  auto place = std::ranges::find_if(
      chain, [&hit](const Link& each) { return each.row && same_socket(*each.row, hit); });
  // It appeared after the tables were read: it is in the last passed place that is unknown.
  if (place == chain.end()) {
    const auto unknown = std::find_if(chain.rbegin(), chain.rend(),
                                      [](const Link& each) { return !each.row && each.compared; });
    if (unknown == chain.rend()) {
      chain.emplace_back();
      chain.back().compared = true;
      place = std::prev(chain.end());
    } else {
      place = std::prev(unknown.base());
      if (place->count > 1) {
        --place->count;
        place = chain.insert(std::next(place), {"", std::nullopt, 1, true});
      }
    }
  }
  place->row = hit;
  place->hit = true;
}

// Merges unknown neighbours.
Chain collapsed(const Chain& chain) {
  Chain result;
  for (const Link& each : chain) {
    const bool same = !result.empty() && !each.row && !result.back().row &&
                      each.compared == result.back().compared;
    if (same)
      result.back().count += each.count;
    else
      result.push_back(each);
  }
  return result;
}

Chain chain_of(const Timeline& timeline, const LookupStep& step, const std::vector<Row>* rows) {
  std::vector<Row> in_bucket;
  for (const Row& row : rows ? *rows : std::vector<Row>{})
    if (row.bucket == step.bucket) in_bucket.push_back(row);
  Chain chain = places(in_bucket, step.walked.value_or(0));
  if (step.socket) mark_hit(chain, *step.socket);
  chain = collapsed(chain);
  for (Link& each : chain)
    if (each.row) each.name = socket_name(timeline, each.row->cookie);
  return chain;
}

// For the bind table the module reports no positions, only the sockets that hold the port.
Chain owners_of(const Timeline& timeline, const LookupStep& step, std::uint16_t port,
                const std::vector<Row>* rows) {
  Chain chain;
  for (const Row& row : rows ? *rows : std::vector<Row>{})
    if (row.local.port == port) chain.push_back({"", row});
  if (step.socket) mark_hit(chain, *step.socket);
  for (Link& each : chain) {
    each.compared = false;
    each.name = socket_name(timeline, each.row->cookie);
  }
  return chain;
}

}  // namespace

LookupWalk lookup_walk_of(const Timeline& timeline, const StepRecord& step, const Lookup& lookup) {
  const LookupAnswer& answer = *lookup.answer;
  const Tables tables = tables_near(timeline, lookup.host, step.index);
  LookupWalk walk;
  walk.probe = fmt::format("{} > {}", name_of(timeline, answer.tuple.source),
                           name_of(timeline, answer.tuple.destination));
  if (!answer.tuple.device.empty()) walk.probe += " dev " + answer.tuple.device;
  walk.verdict = to_string(answer.verdict);
  walk.handler = answer.handler;
  walk.chains_of_step = tables.step;
  for (const Look& look : looks) {
    const LookupStep* answered = answer.find(look.step);
    if (!answered) continue;
    Stop stop{look.step,
              function_of(look, answer.tuple.destination.address.family()),
              answered->result,
              answered->bucket,
              answered->walked,
              answered->score,
              {}};
    const std::vector<Row>* rows =
        tables.snapshot ? rows_of(tables.snapshot->*look.table) : nullptr;
    if (stop.step == LookupStepName::bind) {
      stop.chain = owners_of(timeline, *answered, answer.tuple.destination.port, rows);
      walk.bind = std::move(stop);
    } else {
      if (stop.result != LookupResult::skipped) stop.chain = chain_of(timeline, *answered, rows);
      walk.stops.push_back(std::move(stop));
    }
  }
  return walk;
}

}  // namespace lab::html
