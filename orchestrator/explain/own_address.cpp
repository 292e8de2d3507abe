// SPDX-License-Identifier: MIT
//
// The destination is an address of this namespace, and yet the SYN is not delivered.
#include <fmt/format.h>

#include <algorithm>

#include "explain/parts.hpp"
#include "record/owner_names.hpp"

namespace lab::explain {
namespace {

// connect()'s, which is there only where the sender is.
int error_of(const Facts& facts, const Fate& fate) {
  return fate.answer == Answer::not_sent ? facts.arrival.there.error : 0;
}

// Routes to the interface's own subnets come back with it.
bool has_routes_to_add(const Interface& owner, const Facts& facts) {
  return !owner.loopback && facts.question.source &&
         !is_on_link(owner, facts.question.source->address);
}

Conclusion interface_is_down(const Interface& owner, const Facts& facts, const Fate& fate) {
  return {
      "interface-down",
      fate.answer,
      fmt::format("{} belongs to {}, and {} is down: {}", destination_of(facts).str(), owner.name,
                  owner.name, fate.words),
      has_routes_to_add(owner, facts)
          ? "set the interface up, and add again its routes through gateways: they went when it "
            "was set down"
          : "set the interface up",
      {fmt::format("ip link set {} up", owner.name)},
      error_of(facts, fate)};
}

Conclusion is_tentative(const InterfaceAddress& address, const Interface& owner, const Facts& facts,
                        const Fate& fate, Diagnosis& diagnosis) {
  if (address.dad_failed)
    return {
        "address-tentative", fate.answer,
        fmt::format("{} is an address of {}, but duplicate address detection has found it on "
                    "another host (dadfailed); {}",
                    destination_of(facts).str(), owner.name, fate.words),
        fmt::format("give {} another address: another host on its link has this one", owner.name)};
  if (fate.answer == Answer::nothing)
    diagnosis.not_observed.push_back(
        {"address",
         "whether a SYN that the same connect() sends later is answered: duplicate address "
         "detection ends in a second or two, if the link has a carrier",
         true});
  return {"address-tentative", fate.answer,
          fmt::format("{} is an address of {}, but still tentative: duplicate address detection "
                      "has not ended; {}",
                      destination_of(facts).str(), owner.name, fate.words),
          fmt::format("wait until 'ip -6 address show dev {}' no longer says 'tentative', a second "
                      "or two; if it goes on, the link has no carrier",
                      owner.name)};
}

Conclusion is_in_vrf(const Interface& owner, const Facts& facts, const Fate& fate) {
  return {
      "other-vrf", fate.answer,
      fmt::format("{} is an address of {}, which belongs to VRF {}, and this SYN is not in that "
                  "VRF: {}",
                  destination_of(facts).str(), owner.name, owner.vrf, fate.words),
      fmt::format("connect from within the VRF (ip vrf exec {} COMMAND); to ask about a SYN that "
                  "comes in from outside: --device {}",
                  owner.vrf, owner.name)};
}

bool has_address(const Interface& interface, const Address& address) {
  return std::ranges::find(interface.addresses, address, &InterfaceAddress::address) !=
         interface.addresses.end();
}

// Each link has its own link-local addresses: ip6_pol_route() takes only routes of the interface
// that is meant (RT6_LOOKUP_F_IFACE).
std::optional<Conclusion> is_on_another_link(const Interface& owner, const Facts& facts,
                                             const Fate& fate) {
  const bool sent_here = is_sent_here(facts);
  const Interface* meant =
      find_interface(facts.interfaces, sent_here ? facts.question.scope : facts.arrival.device);
  if (!destination_of(facts).is_link_local() || !meant ||
      has_address(*meant, destination_of(facts)))
    return std::nullopt;
  const Endpoint& destination = facts.question.destination;
  return Conclusion{
      "not-local",
      fate.answer,
      fmt::format("{} is an address of {}, and not of {}, on whose link it is looked for: {}",
                  destination.address.str(), owner.name, meant->name, fate.words),
      fmt::format("if the address of {} is meant, use [{}%{}]:{}", owner.name,
                  destination.address.str(), owner.name, destination.port),
      {},
      error_of(facts, fate)};
}

// Somebody has deleted what the kernel adds with the address (fib_add_ifaddr(),
// addrconf_f6i_alloc()).
Conclusion has_no_local_route(const Interface& owner, const Facts& facts, const Fate& fate) {
  const std::string destination = destination_of(facts).str();
  return {"not-local",
          fate.answer,
          fmt::format("{} is an address of {}, but the table \"local\" has no route for it: {}",
                      destination, owner.name, fate.words),
          "add that route again",
          {fmt::format("ip {}route add local {} dev {} table local",
                       destination_of(facts).family() == Family::inet6 ? "-6 " : "", destination,
                       owner.name)},
          error_of(facts, fate)};
}

// A policy rule before that of the table "local" has sent it elsewhere.
Conclusion is_overruled(const Interface& owner, const Facts& facts, const Fate& fate) {
  const auto& rules = facts.arrival.overruling;
  const bool one = rules.size() == 1;
  Conclusion conclusion{
      "not-local",
      fate.answer,
      fmt::format("{} is an address of {}, but {} before the table \"local\": {}",
                  destination_of(facts).str(), owner.name,
                  one ? fmt::format("\"{}\" comes", rules.front().text)
                      : fmt::format("{} policy rules come (\"{}\" is the first of them)",
                                    rules.size(), rules.front().text),
                  fate.words),
      one ? "remove the rule, or let the table \"local\" come first (ip rule add pref 0 lookup "
            "local)"
          : "look at these rules, or let the table \"local\" come first (ip rule add pref 0 lookup "
            "local)",
      {},
      error_of(facts, fate)};
  if (one) conclusion.commands = {rules.front().remove};
  return conclusion;
}

}  // namespace

std::optional<Conclusion> own_address(const Facts& facts, const Fate& fate, Diagnosis& diagnosis) {
  const Address& destination = destination_of(facts);
  const Interface* owner = owner_of(facts.interfaces, destination);
  if (!owner) {
    // lo gets its addresses when it is set up for the first time.
    const Interface* lo = find_interface(facts.interfaces, "lo");
    if (!destination.is_loopback() || !lo || lo->up) return std::nullopt;
    owner = lo;
  }
  if (!owner->up) return interface_is_down(*owner, facts, fate);
  for (const InterfaceAddress& each : owner->addresses)
    if (each.address == destination && each.tentative)
      return is_tentative(each, *owner, facts, fate, diagnosis);
  if (!owner->vrf.empty() && facts.arrival.vrf != owner->vrf) return is_in_vrf(*owner, facts, fate);
  if (auto conclusion = is_on_another_link(*owner, facts, fate)) return conclusion;
  if (facts.arrival.local_route_is_missing) return has_no_local_route(*owner, facts, fate);
  if (!facts.arrival.overruling.empty()) return is_overruled(*owner, facts, fate);
  return std::nullopt;
}

}  // namespace lab::explain
