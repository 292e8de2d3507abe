// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "check/match.hpp"
#include "check/parts.hpp"
#include "check/resolve.hpp"

namespace lab::check {
namespace {

using scenario::ExpectedRow;

// A field that the row lacks is one that its witness does not report: it is
// not compared. kind, state and the two ends every witness reports.
bool fits(const Timeline& timeline, const ExpectedRow& expected, const Row& row) {
  if (!expected.socket.empty()) {
    const SocketRecord* socket = socket_named(timeline, expected.socket);
    if (!socket || !is_socket(*socket, row)) return false;
  }
  if (expected.state && *expected.state != row.state) return false;
  if (expected.kind && *expected.kind != row.kind) return false;
  if (expected.role && row.role && *expected.role != *row.role) return false;
  if (expected.local && !is_at(timeline, *expected.local, row.local)) return false;
  if (expected.remote && !is_at(timeline, *expected.remote, row.remote)) return false;
  return !expected.accept_queue || !row.accept_queue || *expected.accept_queue == *row.accept_queue;
}

std::string listed(const std::vector<std::string>& rows) {
  if (rows.empty()) return "no row";
  return fmt::format("{} row{}: {}", rows.size(), rows.size() == 1 ? "" : "s",
                     fmt::join(rows, "; "));
}

// Which of the expected rows nobody fills, and which of the seen none expects.
std::string difference(const Timeline& timeline, const std::vector<ExpectedRow>& expected,
                       const std::vector<Row>& rows) {
  const auto partners = match(expected.size(), rows.size(), [&](std::size_t e, std::size_t s) {
    return fits(timeline, expected[e], rows[s]);
  });
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (std::find(partners.begin(), partners.end(), i) == partners.end())
      parts.push_back(fmt::format("missing is [{}]", scenario::describe(expected[i])));
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (partners[i] == unmatched)
      parts.push_back(fmt::format("not expected is [{}]", describe(timeline, rows[i])));
  return fmt::format("{}", fmt::join(parts, ", "));
}

// The rows that are expected on this host: a row with a socket's name belongs
// where that socket lives, one without belongs to every host of the step.
std::vector<ExpectedRow> rows_on(const Context& context, const std::string& host,
                                 const std::vector<ExpectedRow>& rows) {
  std::vector<ExpectedRow> result;
  for (const ExpectedRow& row : rows)
    if (row.socket.empty() || scenario::host_of(context.scenario, row.socket) == host)
      result.push_back(row);
  return result;
}

struct Table {
  std::string_view name;
  const std::optional<scenario::ExpectedTable>& expected;
  std::vector<Witnessed> Snapshot::*seen;
};

void judge_table(const Context& context, const Snapshot& snapshot, const Table& table,
                 std::vector<Check>& checks) {
  const auto expected = rows_on(context, snapshot.host, table.expected->has);
  std::vector<std::string> words;
  for (const ExpectedRow& row : expected) words.push_back(scenario::describe(row));
  const std::string title =
      expected.empty()
          ? fmt::format("{} on {} is empty", table.name, snapshot.host)
          : fmt::format("{} on {} shows {}", table.name, snapshot.host, fmt::join(words, "; "));
  const std::string wanted =
      fmt::format("{} on {} shows exactly {}", table.name, snapshot.host, listed(words));
  const auto& witnesses = snapshot.*table.seen;
  if (witnesses.empty())
    checks.push_back(not_observed(title, "module", wanted, "no witness was asked"));
  for (const Witnessed& witnessed : witnesses) {
    if (!witnessed.rows) {
      checks.push_back(not_observed(title, witnessed.witness, wanted, witnessed.why_not));
      continue;
    }
    std::vector<std::string> rows;
    for (const Row& row : *witnessed.rows) rows.push_back(describe(context.timeline, row));
    const std::string seen = fmt::format("it shows {}", listed(rows));
    const std::string wrong = difference(context.timeline, expected, *witnessed.rows);
    checks.push_back(wrong.empty() ? passed(title, witnessed.witness, wanted, seen)
                                   : failed(title, witnessed.witness, wanted,
                                            fmt::format("{}; {}", seen, wrong)));
  }
}

// Why the witnesses cannot be held against each other on any of the tables that
// the step names; empty: on one of them at least they can.
std::string why_incomparable(const Snapshot& snapshot, const std::vector<Table>& tables) {
  std::string why = "no table was seen by two witnesses";
  for (const Table& table : tables) {
    const auto& witnesses = snapshot.*table.seen;
    const auto blind = std::find_if(witnesses.begin(), witnesses.end(),
                                    [](const Witnessed& each) { return !each.rows; });
    if (blind != witnesses.end())
      why = fmt::format("{}: {}", blind->witness, blind->why_not);
    else if (witnesses.size() >= 2)
      return "";
  }
  return why;
}

Check judge_agreement(const Snapshot& snapshot, const std::vector<Table>& tables) {
  const std::string title = fmt::format("the witnesses agree on {}", snapshot.host);
  const std::string expected =
      fmt::format("the module and sock_diag show the same tables on {}", snapshot.host);
  constexpr std::string_view witness = "module, sock_diag";
  if (!snapshot.disagreements.empty())
    return failed(title, witness, expected,
                  fmt::format("{}", fmt::join(snapshot.disagreements, "; ")));
  if (const std::string why = why_incomparable(snapshot, tables); !why.empty())
    return not_observed(title, witness, expected, why);
  // The step says what the tables come to rest at. As long as they move it does
  // not hold yet, and the runner looks again; at the deadline that is a failure.
  if (!snapshot.settled)
    return failed(
        title, witness, expected,
        "the tables changed each time while they were read, so nothing could be compared");
  return passed(title, witness, expected, "they do");
}

const Snapshot* last_of(const std::vector<Snapshot>& snapshots, const std::string& host) {
  const auto found = std::find_if(snapshots.rbegin(), snapshots.rend(),
                                  [&](const Snapshot& each) { return each.host == host; });
  return found == snapshots.rend() ? nullptr : &*found;
}

}  // namespace

std::vector<Check> judge_tables(const Context& context, const scenario::Tables& tables) {
  std::vector<Table> named;
  for (const Table& table : {Table{"listeners", tables.listeners, &Snapshot::listeners},
                             Table{"bound", tables.bound, &Snapshot::bound},
                             Table{"ehash", tables.ehash, &Snapshot::ehash}})
    if (table.expected) named.push_back(table);

  std::vector<Check> checks;
  for (const std::string& host : tables.hosts) {
    const Snapshot* snapshot = last_of(context.record.snapshots, host);
    if (!snapshot) {
      checks.push_back(not_observed(fmt::format("the tables of {}", host), "module",
                                    scenario::describe(context.step.action),
                                    "no snapshot of this host was taken"));
      continue;
    }
    for (const Table& table : named) judge_table(context, *snapshot, table, checks);
    checks.push_back(judge_agreement(*snapshot, named));
  }
  return checks;
}

}  // namespace lab::check
