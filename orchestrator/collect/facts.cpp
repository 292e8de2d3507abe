// SPDX-License-Identifier: MIT
#include "collect/facts.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "collect/arrival.hpp"
#include "collect/device.hpp"
#include "collect/netns.hpp"
#include "collect/proc.hpp"
#include "collect/processes.hpp"
#include "collect/sysctls.hpp"
#include "collect/trial.hpp"
#include "collect/udp.hpp"
#include "net/interfaces.hpp"
#include "net/neighbour.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "view/module.hpp"
#include "view/sock_diag.hpp"

namespace lab::collect {
namespace {

std::string kernel_release() {
  utsname system{};
  ::uname(&system);
  return system.release;
}

std::set<std::uint64_t> inodes_of(const std::vector<Row>& rows) {
  std::set<std::uint64_t> inodes;
  for (const Row& row : rows)
    if (row.inode.value_or(0) != 0) inodes.insert(*row.inode);
  return inodes;
}

std::vector<Row> on_port(const std::vector<Row>& rows, std::uint16_t port) {
  std::vector<Row> result;
  std::ranges::copy_if(rows, std::back_inserter(result),
                       [port](const Row& row) { return row.local.port == port; });
  return result;
}

// The witness that sees bound sockets: the module, else a new kernel's
// sock_diag, else whoever may look into all processes.
void find_bound_only(const Namespace& space, ModuleHere& module, const SockDiag& diag,
                     const SockDiag::Tables& seen, Facts& facts) {
  const std::uint16_t port = facts.question.destination.port;
  Tables& tables = facts.tables;
  if (module.module) {
    std::vector<Row> rows = on_port(module.module->bound(), port);
    std::erase_if(rows, [](const Row& row) { return row.role != Role::nothing; });
    tables.bound_only = std::move(rows);
    tables.bound_witness = "module";
  } else if (diag.lists_bound()) {
    tables.bound_only = on_port(seen.bound_only, port);
    tables.bound_witness = "sock_diag";
  } else {
    std::set<std::uint64_t> known = inodes_of(seen.listeners);
    known.merge(inodes_of(seen.ehash));
    tables.bound_only = find_bound(space, port, known);
    tables.bound_witness = "the descriptors under /proc";
  }
}

// The port that connect() would find free, unless one was given.
void choose_source_port(const Target& target, const std::vector<Row>& sockets, Facts& facts) {
  if (!facts.question.source) return;
  if (target.source_port) {
    facts.question.source->port = *target.source_port;
    return;
  }
  const auto port = unused_port(facts.sysctls, sockets, target.destination.port);
  if (!port)
    facts.question.remarks.push_back(
        "every ephemeral port is in use: connect() fails with EADDRNOTAVAIL before there is a SYN");
  facts.question.source->port = port.value_or(0);
  facts.question.port_is_assumed = true;
}

void ask_module(ModuleHere& module, Facts& facts) {
  facts.why_no_answer = module.why_not;
  if (!module.module || !facts.question.source) return;
  try {
    facts.answer =
        module.module
            ->lookup({{*facts.question.source, facts.question.destination, facts.arrival.device}})
            .front();
  } catch (const EnvironmentError& error) {
    facts.why_no_answer = error.what();
  }
}

// Tried only where it makes a difference.
void find_out_how_the_kernel_counts(Facts& facts) {
  const auto requests = std::ranges::count(facts.tables.ehash, Kind::request,
                                           [](const Row& row) { return row.kind; });
  const std::uint16_t port = facts.question.destination.port;
  const auto is_on_the_brink = [&](const Row& row) {
    return row.local.port == port && row.accept_queue_max.value_or(0) <= requests;
  };
  if (std::ranges::any_of(facts.tables.listeners, is_on_the_brink))
    facts.kernel.takes_one_more_request = takes_one_more_request();
}

void look_for_holders(const Descriptors& descriptors, Facts& facts) {
  std::set<std::uint64_t> inodes = inodes_of(facts.tables.listeners);
  inodes.merge(inodes_of(facts.tables.ehash));
  inodes.merge(inodes_of(facts.tables.senders));
  if (facts.tables.bound_only) inodes.merge(inodes_of(*facts.tables.bound_only));
  for (const auto& socket : facts.udp) inodes.insert(socket.inode);
  for (const auto& space : facts.others.namespaces) inodes.merge(inodes_of(space.listeners));
  facts.processes = find_holders(inodes, descriptors);
}

}  // namespace

Facts look(const Namespace& space, const Wanted& wanted) {
  const Target& target = wanted.target;
  Facts facts;
  facts.kernel.release = kernel_release();
  facts.as_root = ::geteuid() == 0;
  facts.question.destination = target.destination;
  facts.question.netns = wanted.netns;
  facts.question.remarks = target.remarks;

  Netlink netlink(space);
  facts.interfaces = list_interfaces(netlink);
  require_device(facts.interfaces, wanted.device);
  facts.sysctls = read_sysctls(space);
  find_way(netlink, target, wanted.device, facts);

  ModuleHere module = in(space, [] { return Module::open_here(); });
  SockDiag diag = in(space, [] { return SockDiag::open_here(); });
  SockDiag::Tables seen = diag.read();
  choose_source_port(target, seen.ehash, facts);
  ask_module(module, facts);
  find_bound_only(space, module, diag, seen, facts);
  facts.tables.ehash = on_port(seen.ehash, target.destination.port);
  if (facts.question.source) {
    facts.tables.senders = on_port(seen.ehash, facts.question.source->port);
    std::ranges::move(on_port(seen.bound_only, facts.question.source->port),
                      std::back_inserter(facts.tables.senders));
  }
  facts.tables.listeners = std::move(seen.listeners);
  find_out_how_the_kernel_counts(facts);
  facts.udp = udp_on_port(space, target.destination.port);
  const Descriptors descriptors = list_descriptors();
  facts.others = look_into_others(space, target.destination, descriptors);
  facts.neighbour = link_address_of(netlink, target.destination.address);
  look_for_holders(descriptors, facts);
  return facts;
}

}  // namespace lab::collect
