// SPDX-License-Identifier: MIT
#include "run/addresses.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/resolve.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

std::optional<Address> address_of(const scenario::Place& place, const Timeline& timeline,
                                  Family socket) {
  if (place.host == scenario::any_word) return Address::any(socket);
  if (place.host == scenario::any4_word) return Address::any(Family::inet);
  if (place.host == scenario::any6_word) return Address::any(Family::inet6);
  if (place.host == scenario::loopback_word)
    // An IPv6 socket in a play over IPv4 uses IPv4; an IPv4 socket can only use IPv4.
    return Address::loopback(socket == Family::inet ? socket : timeline.family);
  if (place.host == scenario::nowhere_word) return check::nowhere(timeline.family);
  return check::address_at(timeline, place.host, place.at);
}

}  // namespace

Address link_address(Family family, std::size_t link, std::size_t end) {
  if (link >= scenario::most_links)
    throw UsageError(fmt::format("link {} is one too many: no address left", link));
  if (family == Family::inet6)
    return *Address::parse(fmt::format("fd00:0:0:{:x}::{}", link, end + 1));
  // 10.1.0.0/16 is for addresses on no link.
  const std::size_t high = link / 256;
  return *Address::parse(
      fmt::format("10.{}.{}.{}", high == 0 ? 0 : high + 1, link % 256, end + 1));
}

Address lone_address(Family family, std::size_t host, std::size_t number) {
  if (host >= scenario::most_hosts || number > 255)
    throw UsageError(fmt::format("address {} of host {} is one too many", number, host));
  if (family == Family::inet6)
    return *Address::parse(fmt::format("fd00:0:1:{:x}::{:x}", host, number));
  const std::size_t high = host / 256;
  return *Address::parse(
      fmt::format("10.{}.{}.{}", high == 0 ? 1 : high + 127, host % 256, number));
}

unsigned prefix_length(Family family) { return family == Family::inet ? 24 : 64; }

Endpoint resolve(const scenario::Place& place, const Timeline& timeline,
                 std::optional<Family> socket) {
  const auto value = check::value_of(timeline, place.port);
  if (!value)
    throw UsageError(
        fmt::format("{}: ${} has no value, because the let step that sets it did not "
                    "run",
                    scenario::to_string(place), place.port.value));
  const auto port = static_cast<std::uint16_t>(*value);
  const Family family = socket.value_or(timeline.family);
  const auto address = address_of(place, timeline, family);
  if (address) return {family == Family::inet6 ? address->mapped() : *address, port};
  throw UsageError(place.at.empty()
                       ? fmt::format("{}: host {} has no address, because it has no link",
                                     scenario::to_string(place), place.host)
                       : fmt::format("{}: host {} has no interface and no address named {}",
                                     scenario::to_string(place), place.host, place.at));
}

std::map<std::string, std::string> address_variables(const std::vector<HostRecord>& hosts) {
  std::map<std::string, std::string> variables;
  for (const HostRecord& host : hosts) {
    for (const auto& [device, address] : host.addresses)
      variables[fmt::format("{}_{}", host.name, device)] = address.str();
    for (const NamedAddress& extra : host.extra_addresses)
      variables[fmt::format("{}_{}", host.name, extra.name)] = extra.address.str();
    const std::vector<Address> all = addresses_of(host);
    if (!all.empty()) variables[host.name] = all.front().str();
  }
  return variables;
}

std::string sysctl_path(const std::string& name) {
  std::string path = name;
  std::ranges::replace(path, '.', '/');
  return path;
}

}  // namespace lab::run
