// SPDX-License-Identifier: MIT
//
// No connection, no listener: the answer is RST. What comes nearest to an
// answer says why.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "explain/parts.hpp"
#include "explain/words.hpp"
#include "record/infer.hpp"
#include "record/kernel_function.hpp"
#include "record/owner_names.hpp"

namespace lab::explain {
namespace {

const Endpoint& wanted(const Facts& facts) { return facts.question.destination; }

// It is bound to the destination, or to a wildcard that includes it.
bool address_fits(const Row& row, const Facts& facts) {
  const auto address = address_for(row, wanted(facts).address.family());
  return row.local.port == wanted(facts).port && address &&
         (address->is_any() || *address == wanted(facts).address);
}

bool speaks_the_family(const Row& row, const Facts& facts) {
  return address_for(row, wanted(facts).address.family()).has_value();
}

template <typename Condition>
const Row* first(const std::vector<Row>& rows, const Facts& facts, Condition condition) {
  const auto found = std::ranges::find_if(
      rows, [&](const Row& row) { return row.local.port == wanted(facts).port && condition(row); });
  return found == rows.end() ? nullptr : &*found;
}

const std::vector<Row>& bound_only(const Facts& facts) {
  static const std::vector<Row> none;
  return facts.tables.bound_only ? *facts.tables.bound_only : none;
}

std::string who(const Row& row, const Facts& facts) { return holder_of(row, facts.processes); }

Conclusion refused(const char* cause, std::string summary, std::string remedy,
                   std::vector<std::string> commands = {}) {
  return {cause,       Answer::rst, std::move(summary), std::move(remedy), std::move(commands),
          ECONNREFUSED};
}

Conclusion not_listening(const Row& row, const Facts& facts, const std::string& besides) {
  return refused("not-listening",
                 fmt::format("port {} is bound by {}, which has not called listen(){}",
                             row.local.port, who(row, facts), besides),
                 "call listen() after bind(): until then every SYN to the port is answered with "
                 "RST, as on a port that no socket has");
}

// With listen() it would hear this SYN.
std::optional<Conclusion> listen_is_missing(const Facts& facts) {
  const Ingress path = ingress_of(facts);
  const Row* row = first(bound_only(facts), facts, [&](const Row& each) {
    return address_fits(each, facts) && device_fits(each, path);
  });
  if (!row) return std::nullopt;
  return not_listening(*row, facts, "");
}

// With listen() it would not hear it either.
std::optional<Conclusion> listen_is_not_all(const Facts& facts) {
  const Row* row = first(bound_only(facts), facts, [](const Row&) { return true; });
  if (!row) return std::nullopt;
  return not_listening(*row, facts,
                       fmt::format("; besides, it is bound to {}, which is not what this SYN is "
                                   "for",
                                   place_of(*row)));
}

std::optional<Conclusion> other_device(const Facts& facts) {
  const Ingress path = ingress_of(facts);
  const Row* row = first(facts.tables.listeners, facts, [&](const Row& each) {
    return address_fits(each, facts) && !device_fits(each, path);
  });
  if (!row) return std::nullopt;
  const std::string server = who(*row, facts);
  if (row->device.empty())
    return refused(
        "other-vrf",
        fmt::format("{} listens on {} in no VRF, and this SYN comes in on {}, which "
                    "belongs to VRF {}",
                    server, row->local.str(), path.device, path.vrf),
        fmt::format("start the server in the VRF (ip vrf exec {} COMMAND), or let listeners "
                    "receive from all VRFs",
                    path.vrf),
        {sysctl_command("net/ipv4/tcp_l3mdev_accept", "1")});
  const Interface* device = find_interface(facts.interfaces, row->device);
  const std::string here = path.device.empty() ? "an interface that is not known" : path.device;
  if (device && device->is_vrf)
    return refused(
        "other-vrf",
        fmt::format("{} listens on {} in VRF {}, and this SYN comes in on {}", server,
                    row->local.str(), row->device, here),
        fmt::format("connect from within VRF {} (ip vrf exec {} COMMAND), or start a server "
                    "outside of it",
                    row->device, row->device));
  return refused("other-device",
                 fmt::format("{} listens on {} (SO_BINDTODEVICE), and this SYN comes in on {}",
                             server, place_of(*row), here),
                 fmt::format("connect over {}, or let the server bind to no device "
                             "(--device says on which interface the SYN comes in)",
                             row->device));
}

std::optional<Conclusion> other_family(const Facts& facts) {
  const Row* row = first(facts.tables.listeners, facts,
                         [&](const Row& each) { return !speaks_the_family(each, facts); });
  if (!row) return std::nullopt;
  const std::string server = who(*row, facts);
  if (wanted(facts).address.family() == Family::inet6)
    return refused("ipv4-only",
                   fmt::format("{} listens on {}, for IPv4 only, and this SYN is IPv6", server,
                               place_of(*row)),
                   "connect over IPv4 ('localhost' often means ::1 first), or let the server "
                   "listen on [::] with IPV6_V6ONLY off: such a socket receives both");
  if (row->local.address.is_any())
    return refused("ipv6-only",
                   fmt::format("{} listens on {} with IPV6_V6ONLY, and this SYN is IPv4", server,
                               place_of(*row)),
                   "connect over IPv6, or let the server switch IPV6_V6ONLY off before bind() "
                   "(the default is net.ipv6.bindv6only), or listen on 0.0.0.0, too");
  return refused("ipv6-only",
                 fmt::format("{} listens on {}, an IPv6 address, and this SYN is IPv4", server,
                             place_of(*row)),
                 "connect to that address, or let the server listen on [::] or on 0.0.0.0, too");
}

std::optional<Conclusion> other_address(const Facts& facts) {
  const Row* row = first(facts.tables.listeners, facts, [](const Row&) { return true; });
  if (!row) return std::nullopt;
  const Address local = row->local.address.unmapped().value_or(row->local.address);
  const Interface* owner = owner_of(facts.interfaces, row->local.address);
  // All of 127.0.0.0/8 is local, though lo has one address of it.
  const bool local_net = local.has_prefix(Address::loopback(Family::inet), 8);
  // A loopback address from outside; or one that this host does not have (IP_FREEBIND).
  const bool out_of_reach =
      (!facts.arrival.local_sender && owner && owner->loopback) || (!owner && !local_net);
  return refused(
      "other-address",
      fmt::format("{} listens on {}, and this SYN is for {}", who(*row, facts), place_of(*row),
                  wanted(facts).address.str()),
      fmt::format("{}let the server bind {} or the wildcard {}",
                  out_of_reach ? "" : fmt::format("connect to {}, or ", row->local.str()),
                  wanted(facts).address.str(), Address::any(wanted(facts).address.family()).str()));
}

// An address at which others reach the namespace.
const Address* outward_address(const OtherNetns& space, Family family) {
  for (const Interface& interface : space.interfaces)
    for (const InterfaceAddress& each : interface.addresses)
      if (!interface.loopback && interface.up && each.address.family() == family)
        return &each.address;
  return nullptr;
}

// What to ask about in that namespace: an address that the listener has.
Endpoint end_of(const Row& row, const Address* outward, Family family) {
  if (!row.local.address.is_any()) return row.local;
  return {outward ? *outward : Address::loopback(family), row.local.port};
}

std::optional<Conclusion> other_namespace(const Facts& facts) {
  const auto has_listener = [](const OtherNetns& space) { return !space.listeners.empty(); };
  const auto space = std::ranges::find_if(facts.others.namespaces, has_listener);
  if (space == facts.others.namespaces.end()) return std::nullopt;
  const Row& row = space->listeners.front();
  const Address* address = outward_address(*space, wanted(facts).address.family());
  std::string remedy = "send the SYN from within that namespace";
  if (address && (row.local.address.is_any() || row.local.address == *address))
    remedy = fmt::format("connect to {}, if there is a route to it",
                         Endpoint{*address, row.local.port}.str());
  return refused(
      "other-namespace",
      fmt::format("nobody listens on port {} in {}, but {} listens on {} in {}", row.local.port,
                  netns_of(facts.question), who(row, facts), place_of(row), name_of(*space)),
      remedy + "; and ask there",
      {ask_there(*space, end_of(row, address, wanted(facts).address.family()), std::nullopt,
                 false)});
}

Conclusion nobody(const Facts& facts) {
  const std::string start =
      "start the server, or look at the port number: `orchestrator explain` and `ss -ltn` show "
      "what listens here";
  if (!facts.tables.bound_only)
    return refused("nobody-listens",
                   fmt::format("nobody listens on port {} in {} (whether somebody has bound it "
                               "and not called listen() was not observed)",
                               wanted(facts).port, netns_of(facts.question)),
                   start);
  return refused("nothing-bound",
                 fmt::format("nobody has port {} in {}: no socket listens on it or is bound to it",
                             wanted(facts).port, netns_of(facts.question)),
                 start);
}

}  // namespace

Conclusion at_nobody(const Facts& facts, Diagnosis& diagnosis) {
  const Family family = wanted(facts).address.family();
  diagnosis.steps.push_back({"answer",
                             std::string(kernel_name(KernelFunction::send_reset4, family)),
                             "RST: connect() fails with ECONNREFUSED", "inferred"});
  // The nearest miss first.
  for (const auto& look : {listen_is_missing, other_device, other_family, other_address,
                           listen_is_not_all, other_namespace})
    if (auto conclusion = look(facts)) return *conclusion;
  return nobody(facts);
}

}  // namespace lab::explain
