// SPDX-License-Identifier: MIT
//
// The sender has no address of its own to send from, or one that may not leave the host.
#include <fmt/format.h>

#include <cerrno>

#include "explain/parts.hpp"
#include "record/owner_names.hpp"

namespace lab::explain {

std::optional<Conclusion> no_source_address(const Facts& facts) {
  const RouteAnswer& there = facts.arrival.there;
  if (!facts.arrival.local_sender || !facts.question.source->address.is_any() || there.error != 0 ||
      there.type != RouteType::unicast)
    return std::nullopt;
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

}  // namespace lab::explain
