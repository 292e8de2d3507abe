// SPDX-License-Identifier: MIT
//
// The destination is not the address of one host: broadcast, multicast, anycast.
#include <fmt/format.h>

#include <cerrno>

#include "explain/parts.hpp"
#include "record/owner_names.hpp"

namespace lab::explain {

bool is_multicast(const Address& address) {
  if (address.family() == Family::inet6) return address.bytes()[0] == 0xff;
  return (address.bytes()[0] & 0xf0U) == 0xe0U || address == *Address::parse("255.255.255.255");
}

Conclusion not_unicast(const Facts& facts) {
  const Address& destination = facts.question.destination.address;
  const bool sent_here = is_sent_here(facts);
  const bool multicast = facts.arrival.there.type == RouteType::multicast ||
                         (facts.arrival.there.type != RouteType::broadcast &&
                          is_multicast(destination) && destination.str() != "255.255.255.255");
  Conclusion conclusion{
      "not-unicast", sent_here ? Answer::not_sent : Answer::nothing,
      fmt::format("{} is a {} address, and TCP connects two hosts: {}", destination.str(),
                  multicast ? "multicast" : "broadcast",
                  sent_here ? "connect() fails with ENETUNREACH" : "the SYN is dropped"),
      "use the address of the host"};
  if (sent_here) conclusion.error = ENETUNREACH;  // ip_route_connect(), tcp_v6_connect()
  return conclusion;
}

// The route is no RTF_LOCAL one: ipv6_unicast_destination() is false for a listener's
// tcp_v6_conn_request(), and for tcp_v6_send_reset().
std::optional<Conclusion> anycast(const Facts& facts) {
  if (facts.arrival.there.type != RouteType::anycast) return std::nullopt;
  return Conclusion{
      "not-unicast", Answer::nothing,
      fmt::format("{} is an anycast address of {}, and TCP does not answer there, not even with a "
                  "RST: {}",
                  facts.question.destination.address.str(), netns_of(facts.question),
                  facts.arrival.local_sender ? "connect() times out" : "the SYN is dropped"),
      "use the address of the host itself"};
}

}  // namespace lab::explain
