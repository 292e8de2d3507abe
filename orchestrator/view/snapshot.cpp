// SPDX-License-Identifier: MIT
#include "view/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "view/diff.hpp"

namespace lab {
namespace {

// In a lab's namespace one attempt is usually enough; timers and packets under way
// may need a second. What still changes after this many is traffic.
constexpr int most_reads = 8;

struct Tables {
  std::vector<Row> listeners, bound, ehash;
};

Tables read(Module& module) {
  Tables tables;
  tables.listeners = module.listeners();
  tables.bound = module.bound();
  tables.ehash = module.ehash();
  return tables;
}

// A socket cookie is made on request, and sock_diag requests it: a cookie that appears
// between two readings is not a change.
bool unchanged(const std::vector<Row>& before, const std::vector<Row>& after) {
  return std::ranges::equal(before, after, [](const Row& one, const Row& other) {
    if (one.cookie || !other.cookie) return one == other;
    Row named = one;
    named.cookie = other.cookie;
    return named == other;
  });
}

bool unchanged(const Tables& before, const Tables& after) {
  return unchanged(before.listeners, after.listeners) && unchanged(before.bound, after.bound) &&
         unchanged(before.ehash, after.ehash);
}

std::vector<Row> full_sockets(const std::vector<Row>& rows) {
  std::vector<Row> full;
  std::ranges::copy_if(rows, std::back_inserter(full),
                       [](const Row& row) { return row.kind == Kind::full; });
  return full;
}

void put_module(Snapshot& snapshot, Tables tables) {
  snapshot.listeners.push_back({Witness::module, std::move(tables.listeners), ""});
  snapshot.bound.push_back({Witness::module, std::move(tables.bound), ""});
  snapshot.ehash.push_back({Witness::module, std::move(tables.ehash), ""});
}

void put_no_module(Snapshot& snapshot, const std::string& why_not) {
  for (auto* table : {&snapshot.listeners, &snapshot.bound, &snapshot.ehash})
    table->push_back({Witness::module, std::nullopt, why_not});
}

void put_sock_diag(Snapshot& snapshot, SockDiag::Tables tables, bool lists_bound) {
  if (lists_bound)
    snapshot.bound.push_back({Witness::sock_diag, bind_table(tables), ""});
  else
    snapshot.bound.push_back({Witness::sock_diag, std::nullopt, why_bound_is_not_listed});
  snapshot.listeners.push_back({Witness::sock_diag, std::move(tables.listeners), ""});
  snapshot.ehash.push_back({Witness::sock_diag, std::move(tables.ehash), ""});
}

// Whether a TIME-WAIT socket is still in the bind table differs between kernels, and
// sock_diag does not report it: there, only full sockets are compared.
void compare(Snapshot& snapshot) {
  const auto table = [&snapshot](const char* name, const std::vector<Row>& module,
                                 const std::vector<Row>& sock_diag) {
    const std::string what = fmt::format("{} on {}", name, snapshot.host);
    std::ranges::move(disagreements(what, module, sock_diag),
                      std::back_inserter(snapshot.disagreements));
  };
  table("listeners", *snapshot.listeners[0].rows, *snapshot.listeners[1].rows);
  if (snapshot.bound[1].rows)
    table("bound", full_sockets(*snapshot.bound[0].rows), *snapshot.bound[1].rows);
  table("ehash", *snapshot.ehash[0].rows, *snapshot.ehash[1].rows);
}

}  // namespace

std::vector<Row> bind_table(const SockDiag::Tables& tables) {
  std::vector<Row> bound;
  const auto add = [&bound](const std::vector<Row>& rows, Role role) {
    for (const Row& row : rows) bound.emplace_back(row).role = role;
  };
  add(tables.bound_only, Role::nothing);
  add(tables.listeners, Role::listening);
  add(full_sockets(tables.ehash), Role::connected);
  return bound;
}

Snapshot take_snapshot(const std::string& host, ModuleHere& module, SockDiag& sock_diag) {
  Snapshot snapshot;
  snapshot.host = host;
  if (!module.module) {
    put_no_module(snapshot, module.why_not);
    put_sock_diag(snapshot, sock_diag.read(), sock_diag.lists_bound());
    return snapshot;
  }
  Tables before = read(*module.module);
  for (int attempt = 1;; ++attempt) {
    SockDiag::Tables second_witness = sock_diag.read();
    Tables after = read(*module.module);
    snapshot.settled = unchanged(before, after);
    if (!snapshot.settled && attempt < most_reads) {
      before = std::move(after);
      continue;
    }
    put_module(snapshot, std::move(after));
    put_sock_diag(snapshot, std::move(second_witness), sock_diag.lists_bound());
    if (snapshot.settled) compare(snapshot);
    return snapshot;
  }
}

}  // namespace lab
