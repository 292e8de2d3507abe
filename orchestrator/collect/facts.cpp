// SPDX-License-Identifier: MIT
#include "collect/facts.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "collect/arrival.hpp"
#include "collect/device.hpp"
#include "collect/listener_options.hpp"
#include "collect/netns.hpp"
#include "collect/proc.hpp"
#include "collect/processes.hpp"
#include "collect/scope.hpp"
#include "collect/source_ports.hpp"
#include "collect/sysctls.hpp"
#include "collect/trial.hpp"
#include "collect/udp.hpp"
#include "filter/ipsec.hpp"
#include "filter/ipvs.hpp"
#include "filter/rules_in_the_way.hpp"
#include "filter_bpf/bpf.hpp"
#include "net/interfaces.hpp"
#include "net/neighbour.hpp"
#include "record/infer.hpp"
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

struct BoundOnly {
  std::optional<std::vector<Row>> rows;  // nothing: nobody sees them here
  const char* witness;
};

// The sockets that have this port and are bound and no more. The witness that sees them: the
// module, else a new kernel's sock_diag, else whoever may look into all processes.
BoundOnly bound_only_on(std::uint16_t port, const Namespace& space, ModuleHere& module,
                        const SockDiag& diag, const SockDiag::Tables& seen) {
  if (module.module) {
    std::vector<Row> rows = on_port(module.module->bound(), port);
    std::erase_if(rows, [](const Row& row) { return row.role != Role::nothing; });
    return {std::move(rows), "module"};
  }
  if (diag.lists_bound()) return {on_port(seen.bound_only, port), "sock_diag"};
  std::set<std::uint64_t> known = inodes_of(seen.listeners);
  known.merge(inodes_of(seen.ehash));
  return {find_bound(space, port, known), "the descriptors under /proc"};
}

// The port that connect() would find free, unless one was given.
void choose_source_port(const Target& target, ModuleHere& module, const SockDiag& diag,
                        const SockDiag::Tables& seen, Facts& facts) {
  if (!facts.question.source || target.source_port) return;
  facts.question.port_is_assumed = true;
  std::vector<Row> bound;
  if (module.module)
    bound = module.module->bound();
  else
    bound = seen.bound_only;
  std::erase_if(bound,
                [](const Row& row) { return row.role.value_or(Role::nothing) != Role::nothing; });
  PortsInUse in_use;
  if (facts.sysctls.ip_local_port_range) in_use.range = *facts.sysctls.ip_local_port_range;
  in_use.reserved = facts.sysctls.ip_local_reserved_ports;
  in_use.tcp_tw_reuse = facts.sysctls.tcp_tw_reuse.value_or(in_use.tcp_tw_reuse);
  in_use.connections = &seen.ehash;
  in_use.listeners = &seen.listeners;
  if (module.module || diag.lists_bound()) in_use.bound_only = &bound;
  facts.source_ports =
      source_ports(in_use, facts.question.source->address, facts.question.destination);
  if (facts.arrival.local_sender) {
    facts.question.source->port = facts.source_ports.choice.value_or(0);
    return;
  }
  // Outside, the sender's own tables decide. It has none of the ports that are connected to here.
  std::set<std::uint16_t> connected;
  for (const Row& row : seen.ehash)
    if (row.local.port == facts.question.destination.port &&
        row.remote.address.mapped() == facts.question.source->address.mapped())
      connected.insert(row.remote.port);
  std::uint16_t port = in_use.range.first;
  while (port < in_use.range.last && connected.contains(port)) ++port;
  facts.question.source->port = port;
}

void ask_module(ModuleHere& module, Facts& facts) {
  facts.why_no_answer = module.why_not;
  if (!module.module || !facts.question.source || facts.question.source->port == 0) return;
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

std::optional<std::vector<std::string>> ipvs_on_the_way(const Namespace& space,
                                                        const Endpoint& destination) {
  const auto services = filter::ipvs_services(space);
  if (!services) return std::nullopt;
  std::vector<std::string> words;
  for (const IpvsService& each : filter::services_for(*services, destination))
    words.push_back(in_words(each));
  return words;
}

std::optional<NextHop> hop_of(Netlink& netlink, const RouteAnswer& route,
                              const Address& destination, const Facts& facts) {
  const Interface* device = find_interface(facts.interfaces, route.device);
  if (!device || device->loopback || !device->asks_for_neighbours) return std::nullopt;
  return next_hop_of(netlink, route, destination);
}

// Of what leaves here: the SYN, or its answer, or what is sent in its place.
void find_next_hops(Netlink& netlink, Facts& facts) {
  const Arrival& arrival = facts.arrival;
  if (!facts.question.source) return;
  const auto back = hop_of(netlink, arrival.back, facts.question.source->address, facts);
  const Interface* leaves_by = find_interface(facts.interfaces, arrival.back.device);
  if (leaves_by && leaves_by->arp_is_off)
    if (const auto hop = next_hop_of(netlink, arrival.back, facts.question.source->address))
      facts.is_entered_by_hand = hop->is_permanent;
  const bool syn_leaves = arrival.there.error == 0 && arrival.there.type == RouteType::unicast;
  if (!syn_leaves) {
    facts.next_hop = back;
    return;
  }
  facts.next_hop = hop_of(netlink, arrival.there, facts.question.destination.address, facts);
  if (!arrival.local_sender) facts.hop_of_refusal = back;
}

// Where a BPF program may act on the SYN or its answer, here.
filter::BpfScope scope_of_bpf(const Facts& facts) {
  filter::BpfScope scope;
  const Arrival& arrival = facts.arrival;
  scope.devices = {arrival.device, arrival.vrf, arrival.there.device, arrival.back.device};
  if (arrival.local_sender) scope.devices.insert("lo");
  scope.cgroups.we_send = arrival.local_sender;  // whoever connects is taken to be like us
  const auto add = [&](const Row& row) {
    if (row.kind != Kind::full) return;  // its listener's programs act on a request
    if (row.cgroup)
      scope.cgroups.sockets.insert(*row.cgroup);
    else
      scope.cgroups.all_known = false;
  };
  for (const Row& row : facts.tables.listeners)
    if (row.local.port == facts.question.destination.port) add(row);
  if (const Row* connection = infer_connection(facts)) add(*connection);
  return scope;
}

}  // namespace

Facts look(const Namespace& space, const Wanted& wanted) {
  Facts facts;
  facts.kernel.release = kernel_release();
  facts.as_root = ::geteuid() == 0;
  facts.question.destination = wanted.target.destination;
  facts.question.netns = wanted.netns;
  facts.question.remarks = wanted.target.remarks;
  facts.question.uid = wanted.uid;
  facts.question.mark = wanted.mark;
  facts.question.reuses_address = wanted.reuses_address;

  Netlink netlink(space);
  facts.interfaces = list_interfaces(netlink);
  require_device(facts.interfaces, wanted.device);
  if (wanted.target.destination.address.family() == Family::inet6)
    find_ipv6_off(space, facts.interfaces);
  Target target = wanted.target;
  target.scope = scope_of(target, facts.interfaces);
  find_way(netlink, target, wanted.device, facts);
  find_next_hops(netlink, facts);
  facts.sysctls = read_sysctls(space);
  read_interface_sysctls(space, target.destination.address.family(), facts.arrival.device,
                         facts.sysctls);
  facts.sysctls.icmp = icmp_limits(space, target.destination.address.family());
  facts.sysctls.hop_limit =
      hop_limit_of(space, target.destination.address.family(), facts.arrival.back.device);

  ModuleHere module = in(space, [] { return Module::open_here(); });
  SockDiag diag = in(space, [] { return SockDiag::open_here(); });
  SockDiag::Tables seen = diag.read();
  choose_source_port(target, module, diag, seen, facts);
  ask_module(module, facts);
  BoundOnly bound = bound_only_on(target.destination.port, space, module, diag, seen);
  facts.tables.bound_only = std::move(bound.rows);
  facts.tables.bound_witness = bound.witness;
  facts.tables.ehash = on_port(seen.ehash, target.destination.port);
  if (facts.question.source) {
    facts.tables.senders = on_port(seen.ehash, facts.question.source->port);
    // Port 0: none was found for it, so no socket has it.
    if (facts.arrival.local_sender && facts.question.source->port != 0)
      if (auto held = bound_only_on(facts.question.source->port, space, module, diag, seen).rows)
        std::ranges::move(*held, std::back_inserter(facts.tables.senders));
  }
  facts.tables.listeners = std::move(seen.listeners);
  find_out_how_the_kernel_counts(facts);
  facts.udp = udp_on_port(space, target.destination.port);
  const Descriptors descriptors = list_descriptors();
  facts.others = look_into_others(space, target.destination, descriptors);
  facts.neighbour = link_address_of(netlink, target.destination.address);
  look_for_holders(descriptors, facts);
  facts.filters.bpf = filter::bpf_programs(space, scope_of_bpf(facts));
  facts.filters.ipsec = filter::ipsec_policies(space, facts);
  if (auto rules = filter::rules_in_the_way(space, facts)) {
    facts.filters.netfilter = std::move(rules->acting);
    facts.filters.netfilter_of_answer = std::move(rules->acting_on_answer);
    facts.filters.discovery_of_answer = std::move(rules->discovery_of_answer);
    facts.filters.discovery_by_sender = std::move(rules->discovery_by_sender);
    facts.filters.outer_packets = std::move(rules->outer_packets);
    facts.filters.marking = std::move(rules->marking);
    facts.filters.ends_syn = std::move(rules->ends_syn);
    facts.filters.ends_answer = std::move(rules->ends_answer);
  }
  facts.filters.ipvs = ipvs_on_the_way(space, target.destination);
  facts.listener_options =
      listener_options(facts.tables.listeners, target.destination.port, facts.processes);
  if (wanted.reuses_address) facts.reusing = reusing_address(facts.tables.senders, facts.processes);
  for (const std::string& device : facts.arrival.other_devices) {
    Wanted other = wanted;
    other.device = device;
    facts.by_other_device.push_back(look(space, other));
  }
  return facts;
}

}  // namespace lab::collect
