// SPDX-License-Identifier: MIT
#include "record/entries.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lab {
namespace {

// Adds what only this witness reports.
void complete(Row& row, const Row& from) {
  const auto take = [](auto& field, const auto& other) {
    if (!field) field = other;
  };
  take(row.cookie, from.cookie);
  take(row.role, from.role);
  take(row.bucket, from.bucket);
  take(row.position, from.position);
  take(row.accept_queue, from.accept_queue);
  take(row.accept_queue_max, from.accept_queue_max);
}

}  // namespace

std::string socket_name(const Timeline& timeline, const std::optional<std::uint64_t>& cookie) {
  if (cookie.value_or(0) == 0) return "";
  for (const SocketRecord& socket : timeline.sockets)
    if (socket.cookie == *cookie) return socket.name;
  return "";
}

bool same_in_common(const Row& one, const Row& other) {
  return one.kind == other.kind && one.state == other.state && one.local == other.local &&
         one.remote == other.remote && one.device == other.device;
}

bool same_socket(const Row& one, const Row& other) {
  if (one.cookie.value_or(0) != 0 && other.cookie.value_or(0) != 0)
    return one.cookie == other.cookie;
  return one.local == other.local && one.remote == other.remote;
}

std::vector<Entry> entries_of(const WitnessedRows& table) {
  std::vector<Entry> entries;
  for (const Witnessed& witnessed : table) {
    for (const Row& row : witnessed.rows.value_or(std::vector<Row>{})) {
      const auto entry = std::find_if(entries.begin(), entries.end(), [&](const Entry& each) {
        return same_socket(each.row, row) && same_in_common(each.row, row) &&
               !each.witnesses.contains(witnessed.witness);
      });
      if (entry == entries.end()) {
        entries.push_back({row, {witnessed.witness}});
      } else {
        complete(entry->row, row);
        entry->witnesses.insert(witnessed.witness);
      }
    }
  }
  return entries;
}

std::string state_text(const Row& row) {
  std::string text(to_string(row.state));
  if (row.kind != Kind::full) text += fmt::format(" ({})", to_string(row.kind));
  // The other two roles follow from the state.
  if (row.role == Role::nothing) text += fmt::format(", {}", to_string(*row.role));
  if (row.accept_queue && row.accept_queue_max)
    text += fmt::format(", queue {} of {}", *row.accept_queue, *row.accept_queue_max);
  return text;
}

std::string place_text(const Row& row) {
  if (!row.bucket) return "";
  return row.position ? fmt::format("{}.{}", *row.bucket, *row.position)
                      : fmt::format("{}", *row.bucket);
}

std::array<NamedTable, 3> tables_of(const Snapshot& snapshot) {
  return {
      {{"listeners", snapshot.listeners}, {"bound", snapshot.bound}, {"ehash", snapshot.ehash}}};
}

std::vector<Witness> witnesses_of(const Snapshot& snapshot) {
  std::vector<Witness> witnesses;
  for (const auto& [name, table] : tables_of(snapshot))
    for (const Witnessed& each : table)
      if (std::ranges::find(witnesses, each.witness) == witnesses.end())
        witnesses.push_back(each.witness);
  return witnesses;
}

Outcome shown_by(Witness witness, const WitnessedRows& table, const Entry* entry) {
  const auto asked = std::ranges::find(table, witness, &Witnessed::witness);
  if (asked == table.end() || !asked->rows) return Outcome::not_observed;
  return !entry || entry->witnesses.contains(witness) ? Outcome::pass : Outcome::fail;
}

std::vector<std::string> missing_in(const Snapshot& snapshot) {
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (const auto& [name, table] : tables_of(snapshot)) {
    for (const Witnessed& each : table) {
      if (each.rows) continue;
      const std::string why = fmt::format("{}: {}", to_string(each.witness), each.why_not);
      auto found = std::find_if(reasons.begin(), reasons.end(),
                                [&why](const auto& reason) { return reason.first == why; });
      if (found == reasons.end()) found = reasons.insert(reasons.end(), {why, {}});
      found->second.emplace_back(name);
    }
  }
  std::vector<std::string> words;
  for (const auto& [why, names] : reasons)
    words.push_back(names.size() == 3 ? why : fmt::format("{}, {}", fmt::join(names, ", "), why));
  return words;
}

}  // namespace lab
