// SPDX-License-Identifier: MIT
//
// A route to other hosts that leads over lo, where nobody else is. IPv4 sends the packet, which
// comes in again and goes nowhere; IPv6 takes the route for one that refuses (fib6_is_reject()).
#include <fmt/format.h>

#include <cerrno>

#include "explain/parts.hpp"
#include "record/owner_names.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

// An ICMP error that is sent here comes to its sender: to one of this namespace it does.
bool error_gets_back(const Facts& facts) {
  const RouteAnswer& back = facts.arrival.icmp_back;
  if (back.error != 0) return false;
  return facts.arrival.local_sender || back.type != RouteType::local;
}

Conclusion by_icmp(std::string why, const char* icmp, int error, const Facts& facts) {
  if (!error_gets_back(facts))
    return {"route-over-lo", Answer::nothing,
            why + ": the SYN is dropped, and no ICMP error gets back to its sender", ""};
  return {"route-over-lo",
          Answer::icmp,
          fmt::format("{}: the SYN is refused by ICMP \"{}\", and connect() fails with {}", why,
                      icmp, errno_name(error)),
          "",
          {},
          error};
}

Conclusion what_becomes_of_it(std::string why, const Facts& facts) {
  // ip6_pkt_discard_out(), ip6_pkt_discard(): ip6_rt_init_dst_reject() sets no errno for a route
  // of type unicast, so that connect() itself goes on.
  if (destination_of(facts).family() == Family::inet6)
    return by_icmp(std::move(why), "no route to destination", ENETUNREACH, facts);
  // Its route goes with it, and has no way in (rt_dst_alloc(): dst_discard).
  if (facts.arrival.local_sender)
    return {"route-over-lo", Answer::nothing,
            why + ": the SYN goes out on lo, comes in again, and is dropped there", ""};
  // So has that of a packet from outside, and is forwarded again (ip_forward()).
  return by_icmp(why + ", where it is forwarded again and again until its TTL has run out",
                 "time to live exceeded", EHOSTUNREACH, facts);
}

}  // namespace

std::optional<Conclusion> route_over_loopback(const Facts& facts, Diagnosis& diagnosis) {
  if (!leads_over_loopback(facts.arrival.there, facts)) return std::nullopt;
  const std::string destination = destination_of(facts).str();
  Conclusion conclusion = what_becomes_of_it(
      fmt::format("the route from {} to {} leads over {}, and it is no address of this host",
                  netns_of(facts.question), destination, facts.arrival.there.device),
      facts);
  conclusion.remedy =
      "give the route the interface that leads there, or the type local if this "
      "host is meant; the routes to it";
  conclusion.commands = {fmt::format("ip {}route show table all match {}",
                                     destination_of(facts).family() == Family::inet6 ? "-6 " : "",
                                     destination)};
  const bool gets_out = conclusion.answer == Answer::icmp && !facts.arrival.local_sender;
  if (gets_out && leaves_elsewhere(facts.arrival, facts.arrival.icmp_back))
    diagnosis.not_observed.push_back(
        {"return-path",
         fmt::format("whether the ICMP error reaches {}: the SYN comes in on {}, and the error "
                     "leaves by {}",
                     facts.question.source->address.str(), facts.arrival.device,
                     facts.arrival.icmp_back.device),
         true});
  return conclusion;
}

}  // namespace lab::explain
