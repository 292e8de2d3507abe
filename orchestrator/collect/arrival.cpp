// SPDX-License-Identifier: MIT
#include "collect/arrival.hpp"

#include <fmt/format.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "net/route.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"

namespace lab::collect {
namespace {

struct Source {
  int error = 0;
  std::optional<Address> address;
};

// connect(2) on a UDP socket sends nothing, and chooses as TCP's does.
Source source_of_connect(const Namespace& space, const Endpoint& destination, int scope) {
  const int family = static_cast<int>(destination.address.family());
  const Fd socket(in(space, [&] { return ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0); }));
  if (!socket) return {errno, std::nullopt};
  sockaddr_storage to;
  const socklen_t length = destination.to_sockaddr(to);
  if (to.ss_family == AF_INET6)
    reinterpret_cast<sockaddr_in6&>(to).sin6_scope_id = static_cast<std::uint32_t>(scope);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&to), length) != 0)
    return {errno, std::nullopt};
  sockaddr_storage own{};
  socklen_t own_length = sizeof own;
  checked(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&own), &own_length),
          "getsockname", "UDP socket");
  return {0, Endpoint::from_sockaddr(own).address};
}

const InterfaceAddress* address_of(const Interface& interface, Family family) {
  for (const InterfaceAddress& each : interface.addresses)
    if (each.address.family() == family) return &each;
  return nullptr;
}

// The VRF in which the destination is an address; empty: none, or not ours.
const Interface* vrf_of(const Facts& facts, const Address& address) {
  const Interface* owner = owner_of(facts.interfaces, address);
  if (!owner || owner->vrf.empty()) return nullptr;
  return find_interface(facts.interfaces, owner->vrf);
}

int index_of(const Interface* interface) { return interface ? interface->index : 0; }

// A socket of this namespace sends it. `bound`: to a VRF; null: to nothing.
void find_local_way(Netlink& netlink, const Interface* bound, Facts& facts) {
  Arrival& arrival = facts.arrival;
  arrival.there =
      ask_route(netlink, {facts.question.destination.address, std::nullopt, 0, index_of(bound)});
  arrival.local_sender = true;
  if (arrival.there.error != 0 || arrival.there.type != RouteType::local) return;
  arrival.device = arrival.there.device;
  if (const Interface* device = find_interface(facts.interfaces, arrival.device))
    arrival.vrf = device->vrf;
}

// It comes in from outside, on `device`; null: on the way back to the source.
void find_outside_way(Netlink& netlink, const Interface* device, Facts& facts) {
  Arrival& arrival = facts.arrival;
  const Address& source = facts.question.source->address;
  const Address& destination = facts.question.destination.address;
  const Interface* vrf =
      device ? find_interface(facts.interfaces, device->vrf) : vrf_of(facts, destination);
  arrival.back = ask_route(netlink, {source, std::nullopt, 0, index_of(vrf)});
  if (!device && arrival.back.error == 0) {
    device = find_interface(facts.interfaces, arrival.back.device);
    arrival.device_is_assumed = true;
  }
  if (device) {
    arrival.device = device->name;
    arrival.vrf = device->vrf;
  }
  arrival.there = device ? ask_route(netlink, {destination, source, device->index})
                         : ask_route(netlink, {destination, std::nullopt, 0, index_of(vrf)});
}

Address assumed_neighbour(const Interface& device, const Address& destination) {
  const InterfaceAddress* own = address_of(device, destination.family());
  if (const auto neighbour = own ? neighbour_of(*own) : std::nullopt) return *neighbour;
  throw UsageError(fmt::format("a SYN that comes in on {}: from whom? Say so with from SRC[:PORT]",
                               device.name));
}

bool is_set(const Address& address, unsigned bit) {
  return address.bytes()[bit / 8] & (0x80U >> (bit % 8));
}

// All bits of the host's part are alike: the subnet itself, or its broadcast address.
bool is_special(const Address& address, int prefix_length) {
  const auto bits = static_cast<unsigned>(address.size() * 8);
  const auto first = static_cast<unsigned>(prefix_length);
  for (unsigned bit = first + 1; bit < bits; ++bit)
    if (is_set(address, bit) != is_set(address, first)) return false;
  return true;
}

}  // namespace

std::optional<Address> neighbour_of(const InterfaceAddress& own) {
  const auto bits = static_cast<int>(own.address.size() * 8);
  const int host_bits = bits - own.prefix_length;
  if (host_bits < 1) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  // Of three others that differ in the two lowest bits, two at most are special.
  for (const std::uint8_t change : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
    std::memcpy(bytes.data(), own.address.bytes(), own.address.size());
    bytes[own.address.size() - 1] ^= change;
    const Address neighbour = Address::from_bytes(own.address.family(), bytes.data());
    if (host_bits == 1 || !is_special(neighbour, own.prefix_length)) return neighbour;
  }
  return std::nullopt;
}

void find_way(Netlink& netlink, const Target& target, const std::string& device_name,
              Facts& facts) {
  const Endpoint& destination = facts.question.destination;
  const Interface* device = find_interface(facts.interfaces, device_name);
  const bool within = device && (device->loopback || device->is_vrf);

  std::optional<Address> source = target.source;
  if (!source && device && !within) {
    source = assumed_neighbour(*device, destination.address);
    facts.question.source_is_assumed = true;
  } else if (!source) {
    const Source chosen = source_of_connect(netlink.space(), destination, index_of(device));
    source = chosen.address;
    facts.question.source_is_assumed = true;
    if (!source) {
      find_local_way(netlink, nullptr, facts);
      facts.arrival.local_sender = false;  // nobody sends anything
      if (facts.arrival.there.error == 0) facts.arrival.there.error = chosen.error;
      return;
    }
  }
  facts.question.source = Endpoint{*source, 0};
  const bool own_source = !device && ask_route(netlink, {*source}).type == RouteType::local;
  if (within || own_source)
    find_local_way(netlink, within && device->is_vrf ? device : nullptr, facts);
  else
    find_outside_way(netlink, device, facts);
}

}  // namespace lab::collect
