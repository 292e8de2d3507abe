// SPDX-License-Identifier: MIT
//
// The sender has no address of its own to send from, or one that may not leave the host.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "explain/parts.hpp"
#include "explain/words.hpp"
#include "record/owner_names.hpp"

namespace lab::explain {
namespace {

// ipv6_chk_addr()
bool can_be_bound(const Address& source, const Interface& on) {
  return on.up && std::ranges::any_of(on.addresses, [&](const InterfaceAddress& each) {
           return each.address == source && !each.tentative;
         });
}

std::string why_it_cannot(const Interface* owner, bool is_off) {
  if (is_off) return "IPv6 is disabled on lo (net.ipv6.conf.lo.disable_ipv6 = 1)";
  if (!owner) return "no interface has it";
  if (!owner->up) return fmt::format("{} is down", owner->name);
  return fmt::format(
      "on {} it is tentative: duplicate address detection has not ended, or has found a duplicate",
      owner->name);
}

}  // namespace

std::optional<Conclusion> no_source_address(const Facts& facts) {
  const RouteAnswer& there = facts.arrival.there;
  if (!facts.arrival.local_sender || there.error != 0 || there.type != RouteType::unicast)
    return std::nullopt;
  const Address& source = facts.question.source->address;
  // ipv6_dev_get_saddr() takes ::1 where there is no other, and ip6_rcv_core() refuses it.
  if (source.family() == Family::inet6 && source.is_loopback())
    return Conclusion{
        "no-source-address", Answer::nothing,
        fmt::format("the SYN leaves by {} with the source ::1{}, and whoever gets it drops it; "
                    "connect() fails with ETIMEDOUT, or with EHOSTUNREACH where neighbour "
                    "discovery gets no answer",
                    there.device,
                    facts.question.source_is_assumed
                        ? fmt::format(", since no interface of {} has another IPv6 address",
                                      netns_of(facts.question))
                        : ""),
        fmt::format("give {} an IPv6 address, as in: ip address add ADDRESS/LENGTH dev {}",
                    there.device, there.device)};
  if (!source.is_any()) return std::nullopt;
  return Conclusion{
      "no-source-address", Answer::nothing,
      fmt::format("no interface of {} has an IPv4 address to send from: the SYN leaves by {} with "
                  "the source 0.0.0.0, and whoever gets it drops it as a martian; connect() fails "
                  "with ETIMEDOUT, or with EHOSTUNREACH where ARP gets no answer",
                  netns_of(facts.question), there.device),
      fmt::format("give {} an IPv4 address, as in: ip address add ADDRESS/LENGTH dev {}",
                  there.device, there.device)};
}

std::optional<Conclusion> loopback_source(const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  if (!arrival.local_sender || arrival.there.error != EINVAL ||
      !facts.question.source->address.is_loopback() ||
      facts.question.source->address.family() != Family::inet || arrival.from_here.error != 0 ||
      arrival.from_here.type != RouteType::unicast)
    return std::nullopt;
  const std::string source = facts.question.source->address.str();
  return Conclusion{
      "martian",
      Answer::not_sent,
      fmt::format("{} is a loopback address, and may not leave by {}, which is where {} is: "
                  "connect() fails with EINVAL",
                  source, arrival.from_here.device, facts.question.destination.address.str()),
      arrival.from_here.source
          ? fmt::format("do not bind the socket to {}; without bind() it gets {}", source,
                        arrival.from_here.source->str())
          : fmt::format("bind the socket to another address than {}", source),
      {},
      EINVAL};
}

// __inet6_bind(). A route of type local makes no address, unlike over IPv4
// (inet_addr_type_table()).
std::optional<Conclusion> source_cannot_be_bound(const Facts& facts) {
  const Question& question = facts.question;
  if (!facts.arrival.local_sender || question.source_is_assumed ||
      facts.sysctls.ipv6_nonlocal_bind.value_or(false))
    return std::nullopt;
  const Address& source = question.source->address;
  if (source.family() != Family::inet6 || source.is_any()) return std::nullopt;
  // bind() and connect() want to know the link.
  if (source.is_link_local() && question.scope.empty())
    return Conclusion{
        "scope-missing",
        Answer::not_sent,
        fmt::format("{} is a link-local address, and on which interface was not said: "
                    "bind() fails with EINVAL",
                    source.str()),
        "name the interface with both addresses, as in [fe80::1%eth0]",
        {},
        EINVAL};
  const auto has_it = [&](const Interface& each) {
    return (question.scope.empty() || each.name == question.scope) && can_be_bound(source, each);
  };
  if (std::ranges::any_of(facts.interfaces, has_it)) return std::nullopt;
  const Interface* owner = owner_of(facts.interfaces, source);
  // lo has its addresses only while it is up.
  const Interface* lo = find_interface(facts.interfaces, "lo");
  if (!owner && source.is_loopback() && lo && !lo->up) owner = lo;
  const bool is_off = !owner && source.is_loopback() && facts.sysctls.ipv6_disabled.value_or(false);
  Conclusion conclusion{
      "source-cannot-be-bound",
      Answer::not_sent,
      fmt::format("no socket can have the source {}, since {}: bind() fails with EADDRNOTAVAIL",
                  source.str(), why_it_cannot(owner, is_off)),
      "leave `from` away, or name an address that an interface has",
      {},
      EADDRNOTAVAIL};
  if (is_off) {
    conclusion.remedy = "enable IPv6 there, or connect over IPv4";
    conclusion.commands = {sysctl_command("net/ipv6/conf/lo/disable_ipv6", "0")};
  } else if (owner && !owner->up) {
    conclusion.remedy = "set the interface up";
    conclusion.commands = {fmt::format("ip link set {} up", owner->name)};
  }
  return conclusion;
}

}  // namespace lab::explain
