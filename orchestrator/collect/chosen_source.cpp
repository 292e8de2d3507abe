// SPDX-License-Identifier: MIT
#include "collect/chosen_source.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <vector>

#include "util/error.hpp"
#include "util/fd.hpp"

namespace lab::collect {
namespace {

// connect() of UDP makes the same choice (ipv6_dev_get_saddr()), and sends nothing. Nothing: it
// fails, which for TCP may be otherwise, by a rule that looks at the protocol, say.
std::optional<Address> source_of_udp(const Namespace& space, const Interface* bound,
                                     const Address& destination) {
  const Fd socket = in(space, [] { return Fd(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)); });
  if (socket.get() < 0) return std::nullopt;
  if (bound && ::setsockopt(socket.get(), SOL_SOCKET, SO_BINDTODEVICE, bound->name.c_str(),
                            static_cast<socklen_t>(bound->name.size())) != 0)
    return std::nullopt;
  constexpr std::uint16_t any_port = 9;
  sockaddr_storage storage{};
  const socklen_t size = Endpoint{destination, any_port}.to_sockaddr(storage);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0)
    return std::nullopt;
  socklen_t length = sizeof storage;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &length) != 0)
    return std::nullopt;
  return Endpoint::from_sockaddr(storage).address;
}

// Those of the wider scope first (rule 2 of RFC 6724, section 5): others are chosen only where
// there is none of them.
std::vector<Address> candidates(const Facts& facts, const Interface* bound) {
  const std::string vrf = !bound ? "" : bound->is_vrf ? bound->name : bound->vrf;
  std::vector<Address> wide, narrow;
  for (const Interface& interface : facts.interfaces)
    for (const InterfaceAddress& each : interface.addresses) {
      if (each.address.family() != Family::inet6 || each.tentative || interface.vrf != vrf)
        continue;
      const bool is_narrow = each.address.is_link_local() || each.address.is_loopback();
      (is_narrow ? narrow : wide).push_back(each.address);
    }
  const bool is_wide = !facts.question.destination.address.is_link_local() && !wide.empty();
  return is_wide ? wide : narrow;
}

}  // namespace

void ask_with_chosen_source(Netlink& netlink, const Interface* bound, const TcpFlow& flow,
                            Facts& facts) {
  const Address& destination = facts.question.destination.address;
  if (destination.family() != Family::inet6 || destination.is_loopback()) return;
  std::vector<Address> sources;
  if (const auto source = source_of_udp(netlink.space(), bound, destination))
    sources = {*source};
  else
    sources = candidates(facts, bound);
  std::vector<RouteAnswer> answers;
  for (const Address& source : sources) {
    answers.push_back(ask_route(netlink, {destination, source, 0, bound ? bound->index : 0, flow}));
    if (answers.back().error == 0) answers.back().source = source;
  }
  if (answers.empty()) return;
  Arrival& arrival = facts.arrival;
  const auto works = std::ranges::find(answers, 0, &RouteAnswer::error);
  arrival.there = works != answers.end() ? *works : answers.front();
  arrival.source_decides = std::ranges::any_of(answers, [&](RouteAnswer each) {
    each.source = arrival.there.source;
    return each != arrival.there;
  });
}

}  // namespace lab::collect
