// SPDX-License-Identifier: MIT
#include "collect/table_source.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "collect/device.hpp"
#include "collect/processes.hpp"
#include "collect/sysctls.hpp"
#include "net/interfaces.hpp"
#include "record/infer.hpp"
#include "record/owner_names.hpp"
#include "util/error.hpp"
#include "view/snapshot.hpp"

namespace lab::collect {
namespace {

std::string processes_hidden() {
  return ::geteuid() == 0 ? "processes that even root may not inspect here"
                          : "the processes of other users: run it as root to see them";
}

ObservedTable seen_by(Witness witness, Table table, std::vector<Row> rows) {
  ObservedTable seen;
  seen.table = table;
  seen.witness = witness;
  for (Row& row : rows) seen.entries.push_back({std::move(row), "", {}});
  return seen;
}

ObservedTable by_module(Module& module, Table table) {
  switch (table) {
    case Table::listeners:
      return seen_by(Witness::module, table, module.listeners());
    case Table::bound:
      return seen_by(Witness::module, table, module.bound());
    case Table::ehash:
      break;
  }
  return seen_by(Witness::module, table, module.ehash());
}

ObservedTable by_sock_diag(const SockDiag::Tables& all, bool lists_bound, Table table) {
  switch (table) {
    case Table::listeners:
      return seen_by(Witness::sock_diag, table, all.listeners);
    case Table::bound: {
      if (lists_bound) return seen_by(Witness::sock_diag, table, bind_table(all));
      ObservedTable unseen;
      unseen.table = table;
      unseen.not_observed = fmt::format(
          "{}; `orchestrator explain ADDR:PORT`, as root, looks for the holder of one "
          "port among all processes",
          why_bound_is_not_listed);
      return unseen;
    }
    case Table::ehash:
      break;
  }
  return seen_by(Witness::sock_diag, table, all.ehash);
}

void insert_inode(const Row& row, std::set<std::uint64_t>& into) {
  if (row.inode.value_or(0) != 0) into.insert(*row.inode);
}

// What has a port that nobody holds at the address that was asked for.
void find_elsewhere(const SockDiag::Tables& seen, Lookups& lookups,
                    std::set<std::uint64_t>& inodes) {
  const auto ports = ports_without_holder(lookups.answers);
  for (const auto* rows : {&seen.listeners, &seen.bound_only})
    for (const Row& row : *rows)
      if (ports.contains(row.local.port)) {
        lookups.elsewhere.push_back(row);
        insert_inode(row, inodes);
      }
}

// False: some could not be looked into.
bool name_processes(TableView& view) {
  std::set<std::uint64_t> inodes;
  for (const ObservedTable& seen : view.tables)
    for (const TableEntry& entry : seen.entries) insert_inode(entry.row, inodes);
  const Processes processes = find_holders(inodes);
  for (ObservedTable& seen : view.tables)
    for (TableEntry& entry : seen.entries) {
      entry.process = holder_of(entry.row, processes);
      const auto found = processes.by_inode.find(entry.row.inode.value_or(0));
      if (found != processes.by_inode.end()) entry.holders = found->second;
    }
  return processes.all_seen;
}

}  // namespace

TableSource::TableSource(const Namespace& space)
    : space_(space),
      module_(in(space, [] { return Module::open_here(); })),
      diag_(in(space, [] { return SockDiag::open_here(); })) {}

TableView TableSource::read(const std::vector<Table>& wanted) {
  TableView view;
  if (module_.module) {
    for (const Table table : wanted) view.tables.push_back(by_module(*module_.module, table));
  } else {
    const SockDiag::Tables all = diag_.read();
    for (const Table table : wanted)
      view.tables.push_back(by_sock_diag(all, diag_.lists_bound(), table));
    view.not_observed.push_back(
        fmt::format("buckets, places in the chains, reuseaddr and reuseport: {}, and sock_diag "
                    "does not show them",
                    module_.why_not));
  }
  if (!name_processes(view)) view.not_observed.push_back(processes_hidden());
  return view;
}

Lookups TableSource::look_up(const std::vector<Tuple>& tuples) {
  Netlink netlink(space_);
  const auto interfaces = list_interfaces(netlink);
  for (const Tuple& tuple : tuples) require_device(interfaces, tuple.device);
  if (!module_.module) return infer(tuples, module_.why_not);
  Lookups lookups;
  try {
    lookups.answers = module_.module->lookup(tuples);
  } catch (const EnvironmentError& refused) {
    return infer(tuples, refused.what());
  }
  std::set<std::uint64_t> inodes;
  for (const LookupAnswer& answer : lookups.answers)
    for (const LookupStep& step : answer.steps)
      if (step.socket) insert_inode(*step.socket, inodes);
  if (!ports_without_holder(lookups.answers).empty()) find_elsewhere(diag_.read(), lookups, inodes);
  lookups.processes = find_holders(inodes);
  if (!lookups.processes.all_seen) lookups.not_observed.push_back(processes_hidden());
  return lookups;
}

Lookups TableSource::infer(const std::vector<Tuple>& tuples, const std::string& why) {
  const SockDiag::Tables seen = diag_.read();
  Facts facts;
  Netlink netlink(space_);
  facts.interfaces = list_interfaces(netlink);
  facts.sysctls = read_sysctls(space_);
  facts.tables.listeners = seen.listeners;
  facts.tables.ehash = seen.ehash;
  if (diag_.lists_bound()) facts.tables.bound_only = seen.bound_only;

  Lookups lookups;
  lookups.inferred = true;
  std::set<std::uint64_t> inodes;
  for (const Tuple& tuple : tuples) {
    facts.question.source = tuple.source;
    facts.question.destination = tuple.destination;
    facts.arrival.device = tuple.device;
    const Interface* device = find_interface(facts.interfaces, tuple.device);
    facts.arrival.vrf = device ? device->vrf : "";
    lookups.answers.push_back(lab::infer(facts));
    for (const LookupStep& step : lookups.answers.back().steps)
      if (step.socket) insert_inode(*step.socket, inodes);
  }
  find_elsewhere(seen, lookups, inodes);
  lookups.processes = find_holders(inodes);
  lookups.not_observed.push_back(
      fmt::format("the kernel's own lookup, buckets and how far each walk went: {}. The steps were "
                  "inferred from sock_diag's rows",
                  why));
  if (!diag_.lists_bound())
    lookups.not_observed.push_back(
        fmt::format("who holds the port without listening: {}", why_bound_is_not_listed));
  if (!lookups.processes.all_seen) lookups.not_observed.push_back(processes_hidden());
  return lookups;
}

}  // namespace lab::collect
