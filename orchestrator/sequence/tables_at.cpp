// SPDX-License-Identifier: MIT
#include "sequence/tables_at.hpp"

#include <algorithm>

#include "record/entries.hpp"
#include "sequence/state_changes.hpp"

namespace lab::sequence {
namespace {

// The module's rows, which have buckets, else another witness's.
std::optional<std::vector<Row>> rows_of(const WitnessedRows& table) {
  std::optional<std::vector<Row>> rows;
  for (const Witnessed& each : table)
    if (each.rows && (!rows || each.witness == Witness::module)) rows = each.rows;
  return rows;
}

class Replay {
 public:
  Replay(const Timeline& timeline, const Buckets& buckets, const std::string& host)
      : timeline_(timeline), buckets_(buckets), host_(host) {
    tables_.traced = timeline.no_trace.empty() && !timeline.trace.empty();
  }

  TablesAt until(Timestamp end) {
    Timestamp begin = 0;
    for (const StepRecord& step : timeline_.steps)
      for (const Snapshot& snapshot : step.snapshots)
        if (snapshot.host == host_ && step.end <= end) {
          tables_.ehash = rows_of(snapshot.ehash);
          tables_.listeners = rows_of(snapshot.listeners);
          tables_.bound = rows_of(snapshot.bound);
          tables_.step = step.index + 1;
          // Changes during the step may already be in its rows; a second time they do nothing.
          begin = step.begin;
        }
    if (tables_.traced) {
      if (!tables_.ehash) tables_.ehash.emplace();
      if (!tables_.listeners) tables_.listeners.emplace();
      for (const TraceEvent& event : timeline_.trace)
        if (event.host == host_ && begin <= event.time && event.time < end) see(event);
    }
    return std::move(tables_);
  }

 private:
  void see(const TraceEvent& event) {
    if (!event.source || !event.destination) return;
    if (event.event == KernelFunction::conn_request) {
      if (event.outcome == TraceOutcome::request) add_request(event);
    } else if (const auto change = state_change_of(timeline_, event)) {
      // Like this the row has what the tables show of such a socket.
      Row row;
      row.kind = event.kind.value_or(Kind::full);
      row.state = change->after;
      row.local = *event.source;
      row.remote = *event.destination;
      row.cookie = change->cookie;
      apply(*change, row);
    }
  }

  // inet_csk_reqsk_queue_hash_add()
  void add_request(const TraceEvent& event) {
    Row row;
    row.kind = Kind::request;
    row.state = TcpState::syn_received;
    row.local = *event.destination;
    row.remote = *event.source;
    row.bucket = buckets_.ehash(host_, row.local, row.remote);
    put(*tables_.ehash, row);
  }

  void apply(const TracedChange& change, Row row) {
    if (row.state == TcpState::closed) {
      close(change, row);
      return;
    }
    if (row.state == TcpState::listen) {
      row.remote = {};
      row.bucket = buckets_.lhash2(host_, row.local);
      put(*tables_.listeners, row);
    } else {
      row.bucket = buckets_.ehash(host_, row.local, row.remote);
      put(*tables_.ehash, row);
    }
    if (!tables_.bound) return;
    row.role = row.state == TcpState::listen ? Role::listening : Role::connected;
    row.bucket = buckets_.bhash(host_, row.local.port);
    put(*tables_.bound, row);
  }

  void close(const TracedChange& change, const Row& row) {
    const auto leaves = [&](const Row& each) { return each.kind == Kind::full && is(each, row); };
    const std::size_t gone =
        std::erase_if(*tables_.ehash, leaves) + std::erase_if(*tables_.listeners, leaves);
    if (gone > 0) ++tables_.changes;
    if (change.before == TcpState::fin_wait_1 || change.before == TcpState::fin_wait_2 ||
        change.before == TcpState::closing)
      tables_.perhaps_time_wait = true;
    if (!tables_.bound) return;
    for (Row& each : *tables_.bound)
      if (each.kind == Kind::full && is(each, row)) {
        each.state = TcpState::closed;
        each.role = Role::nothing;
      }
  }

  static bool is(const Row& one, const Row& other) {
    if (one.cookie && other.cookie) return same_socket(one, other);
    return one.local == other.local && one.remote == other.remote;
  }

  // Replaces the row of the same socket, or of the request that becomes it.
  void put(std::vector<Row>& table, const Row& row) {
    const auto found = std::ranges::find_if(table, [&](const Row& each) {
      const bool request = each.kind == Kind::request && row.kind == Kind::full &&
                           each.local == row.local && each.remote == row.remote;
      return request || (each.kind == row.kind && is(each, row));
    });
    if (found == table.end()) {
      table.push_back(row);
    } else if (found->state == row.state && found->kind == row.kind) {
      return;  // the step's reading has it
    } else {
      *found = row;
    }
    ++tables_.changes;
  }

  const Timeline& timeline_;
  const Buckets& buckets_;
  const std::string& host_;
  TablesAt tables_;
};

}  // namespace

TablesAt tables_at(const Timeline& timeline, const Buckets& buckets, const std::string& host,
                   Timestamp until) {
  return Replay(timeline, buckets, host).until(until);
}

}  // namespace lab::sequence
