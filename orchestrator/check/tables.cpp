// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "check/agreement.hpp"
#include "check/match.hpp"
#include "check/parts.hpp"
#include "check/resolve.hpp"

namespace lab::check {
namespace {

using scenario::ExpectedRow;

// Whether a row matches the expected one. as_far_as_reported: it matches, but its witness does
// not report all fields. Every witness reports kind, state and both ends.
enum class Fit { no, as_far_as_reported, yes };

Fit fit(const Timeline& timeline, const ExpectedRow& expected, const Row& row) {
  if (!expected.socket.empty()) {
    const SocketRecord* socket = socket_named(timeline, expected.socket);
    if (!socket || !is_socket(*socket, row)) return Fit::no;
  }
  if (expected.state && *expected.state != row.state) return Fit::no;
  if (expected.kind && *expected.kind != row.kind) return Fit::no;
  if (expected.role && row.role && *expected.role != *row.role) return Fit::no;
  if (expected.local && !is_at(timeline, *expected.local, row.local)) return Fit::no;
  if (expected.remote && !is_at(timeline, *expected.remote, row.remote)) return Fit::no;
  if (expected.accept_queue && row.accept_queue && *expected.accept_queue != *row.accept_queue)
    return Fit::no;
  const bool all_reported =
      (!expected.role || row.role) && (!expected.accept_queue || row.accept_queue);
  return all_reported ? Fit::yes : Fit::as_far_as_reported;
}

std::string listed(const std::vector<std::string>& rows) {
  if (rows.empty()) return "no row";
  return fmt::format("{} row{}: {}", rows.size(), rows.size() == 1 ? "" : "s",
                     fmt::join(rows, "; "));
}

// The expected rows that are missing and, if `exact`, the unexpected rows; in words. Fields that
// the witness does not report are not compared.
std::vector<std::string> misfits(const Timeline& timeline, const std::vector<ExpectedRow>& expected,
                                 const std::vector<Row>& rows, bool exact) {
  const auto partners = match(expected.size(), rows.size(), [&](std::size_t e, std::size_t s) {
    return fit(timeline, expected[e], rows[s]) != Fit::no;
  });
  std::vector<std::string> words;
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (std::find(partners.begin(), partners.end(), i) == partners.end())
      words.push_back(fmt::format("missing: [{}]", scenario::describe(expected[i])));
  for (std::size_t i = 0; exact && i < rows.size(); ++i)
    if (partners[i] == unmatched)
      words.push_back(fmt::format("unexpected: [{}]", describe(timeline, rows[i])));
  return words;
}

// The seen rows that match a forbidden row to the degree `how`, in words.
std::vector<std::string> intruders(const Timeline& timeline, const std::vector<ExpectedRow>& lacked,
                                   const std::vector<Row>& rows, Fit how) {
  std::vector<std::string> words;
  for (const ExpectedRow& row : lacked)
    for (const Row& seen : rows)
      if (fit(timeline, row, seen) == how)
        words.push_back(fmt::format("[{}] must not be there, but is: [{}]", scenario::describe(row),
                                    describe(timeline, seen)));
  return words;
}

// Asks the timeline first, because which step opened the socket may depend on the kernel.
std::string home_of(const Context& context, const std::string& socket) {
  const SocketRecord* opened = socket_named(context.timeline, socket);
  return opened ? opened->host : scenario::host_of(context.scenario, socket);
}

// The rows that are expected on this host: a row that names a socket belongs to that socket's
// host, other rows belong to every host of the step.
std::vector<ExpectedRow> rows_on(const Context& context, const std::string& host,
                                 const std::vector<ExpectedRow>& rows) {
  std::vector<ExpectedRow> result;
  for (const ExpectedRow& row : rows)
    if (row.socket.empty() || home_of(context, row.socket) == host) result.push_back(row);
  return result;
}

struct Table {
  std::string_view name;
  const std::optional<scenario::ExpectedTable>& expected;
  SeenTable seen;
};

std::vector<SeenTable> seen_in(const std::vector<Table>& tables) {
  std::vector<SeenTable> result;
  for (const Table& table : tables) result.push_back(table.seen);
  return result;
}

// What one table of one host must show, and the words for it.
struct Demand {
  bool exact = true;
  std::vector<ExpectedRow> has, lacks;
  std::string title, wanted;
};

std::vector<std::string> described(const std::vector<ExpectedRow>& rows) {
  std::vector<std::string> words;
  for (const ExpectedRow& row : rows) words.push_back(scenario::describe(row));
  return words;
}

Demand demand_on(const Context& context, const std::string& host, const Table& table) {
  Demand demand{table.expected->exact, rows_on(context, host, table.expected->has),
                rows_on(context, host, table.expected->lacks), "", ""};
  const auto has = described(demand.has), lacks = described(demand.lacks);
  const std::string which = fmt::format("{} on {}", table.name, host);
  if (demand.exact) {
    demand.title = has.empty() ? fmt::format("{} is empty", which)
                               : fmt::format("{} shows {}", which, fmt::join(has, "; "));
    demand.wanted = fmt::format("{} shows exactly {}", which, listed(has));
    return demand;
  }
  std::vector<std::string> titles, wanted;
  if (!has.empty()) {
    titles.push_back(fmt::format("shows {}", fmt::join(has, "; ")));
    wanted.push_back(fmt::format("shows at least {}", listed(has)));
  }
  if (!lacks.empty()) {
    titles.push_back(fmt::format("does not show {}", fmt::join(lacks, "; ")));
    wanted.push_back(fmt::format("shows no row that matches [{}]", fmt::join(lacks, "] or [")));
  }
  demand.title = fmt::format("{} {}", which, fmt::join(titles, ", "));
  demand.wanted = fmt::format("{} {}", which, fmt::join(wanted, ", and "));
  return demand;
}

Check judge_rows(const Context& context, const Demand& demand, const Witnessed& witnessed) {
  const Timeline& timeline = context.timeline;
  if (!witnessed.rows)
    return not_observed(demand.title, witnessed.witness, demand.wanted, witnessed.why_not);
  std::vector<std::string> rows;
  for (const Row& row : *witnessed.rows) rows.push_back(describe(timeline, row));
  const std::string seen = fmt::format("it shows {}", listed(rows));
  auto wrong = misfits(timeline, demand.has, *witnessed.rows, demand.exact);
  for (std::string& each : intruders(timeline, demand.lacks, *witnessed.rows, Fit::yes))
    wrong.push_back(std::move(each));
  if (!wrong.empty())
    return failed(demand.title, witnessed.witness, demand.wanted,
                  fmt::format("{}; {}", seen, fmt::join(wrong, ", ")));
  // A field that the witness does not report can neither fail nor pass the check.
  const auto unsure = intruders(timeline, demand.lacks, *witnessed.rows, Fit::as_far_as_reported);
  if (!unsure.empty())
    return not_observed(demand.title, witnessed.witness, demand.wanted,
                        fmt::format("as far as it reports, {}", fmt::join(unsure, ", ")));
  return passed(demand.title, witnessed.witness, demand.wanted, seen);
}

// Judges each witness, or only the selected one.
void judge_table(const Context& context, const Snapshot& snapshot, const Table& table,
                 std::optional<Witness> alone, std::vector<Check>& checks) {
  const Demand demand = demand_on(context, snapshot.host, table);
  // With several hosts, all rows may belong to another one.
  if (!demand.exact && demand.has.empty() && demand.lacks.empty()) return;
  bool asked = false;
  for (const Witnessed& witnessed : snapshot.*table.seen) {
    if (alone && witnessed.witness != *alone) continue;
    checks.push_back(judge_rows(context, demand, witnessed));
    asked = true;
  }
  if (!asked)
    checks.push_back(not_observed(demand.title, alone.value_or(Witness::module), demand.wanted,
                                  !alone ? "no witness was asked" : "it was not asked"));
}

}  // namespace

std::vector<Check> judge_step(const Context& context, const scenario::Tables& tables) {
  std::vector<Table> named;
  for (const Table& table : {Table{"listeners", tables.listeners, &Snapshot::listeners},
                             Table{"bound", tables.bound, &Snapshot::bound},
                             Table{"ehash", tables.ehash, &Snapshot::ehash}})
    if (table.expected) named.push_back(table);

  std::vector<Check> checks;
  for (const std::string& host : tables.hosts) {
    const Snapshot* snapshot = last_of(context.record.snapshots, host);
    if (!snapshot) {
      checks.push_back(no_snapshot(context, host));
      continue;
    }
    for (const Table& table : named) judge_table(context, *snapshot, table, tables.witness, checks);
    if (!tables.witness) checks.push_back(judge_agreement(*snapshot, seen_in(named)));
  }
  return checks;
}

}  // namespace lab::check
