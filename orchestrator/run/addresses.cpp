// SPDX-License-Identifier: MIT
#include "run/addresses.hpp"

#include <fmt/format.h>

#include "check/resolve.hpp"
#include "util/error.hpp"

namespace lab::run {

Address link_address(Family family, std::size_t link, std::size_t end) {
  const std::string text = family == Family::inet ? fmt::format("10.0.{}.{}", link, end + 1)
                                                  : fmt::format("fd00:0:0:{:x}::{}", link, end + 1);
  const auto address = Address::parse(text);
  if (!address) throw UsageError(fmt::format("link {} is one too many: no address left", link));
  return *address;
}

unsigned prefix_length(Family family) { return family == Family::inet ? 24 : 64; }

namespace {

// As a socket of this family writes it.
Address written_for(std::optional<Family> socket, const Address& address) {
  if (socket != Family::inet6 || address.family() == Family::inet6) return address;
  return *Address::parse("::ffff:" + address.str());
}

}  // namespace

Endpoint resolve(const scenario::Place& place, const Timeline& timeline,
                 std::optional<Family> socket) {
  const auto port = static_cast<std::uint16_t>(check::value_of(timeline, place.port).value_or(0));
  if (place.host == "any") return {Address::any(socket.value_or(timeline.family)), port};
  if (place.host == "loopback")
    return {written_for(socket, Address::loopback(timeline.family)), port};
  for (const HostRecord& host : timeline.hosts)
    if (host.name == place.host && !host.addresses.empty())
      return {written_for(socket, host.addresses.front().second), port};
  throw UsageError(fmt::format("{}: host {} has no address: no link reaches it",
                               scenario::to_string(place), place.host));
}

}  // namespace lab::run
