// SPDX-License-Identifier: MIT
//
// Whether the answer to a SYN from outside gets back to its sender.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "explain/parts.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

// Its routes have gone with it, while its address is still local.
std::optional<Conclusion> interface_is_down(const Facts& facts) {
  const Address& destination = facts.question.destination.address;
  const Interface* owner = owner_of(facts.interfaces, destination);
  if (!owner || owner->up) return std::nullopt;
  return Conclusion{
      "interface-down",
      Answer::nothing,
      fmt::format("{} belongs to {}, and {} is down: no SYN comes in there, and there is no route "
                  "back to {}",
                  destination.str(), owner->name, owner->name,
                  facts.question.source->address.str()),
      "set the interface up",
      {fmt::format("ip link set {} up", owner->name)}};
}

// Those that have the errno of the way back.
std::vector<const Refusal*> entries_that_refuse(const Arrival& arrival) {
  std::vector<const Refusal*> entries;
  for (const Refusal& each : arrival.refusals)
    if (errno_of(each) == arrival.back.error) entries.push_back(&each);
  return entries;
}

std::optional<Conclusion> no_route_back(const Facts& facts, Diagnosis& diagnosis) {
  if (facts.arrival.back.error == 0) return std::nullopt;
  if (auto conclusion = interface_is_down(facts)) return conclusion;
  const Arrival& arrival = facts.arrival;
  const Address& destination = destination_of(facts);
  const bool inet = destination.family() == Family::inet;
  const std::string source = facts.question.source->address.str();
  const auto entries = entries_that_refuse(arrival);
  std::string by;
  for (const Refusal* each : entries)
    by += fmt::format("{}\"{}\"", by.empty() ? ", by " : " or ", each->text);
  Conclusion conclusion{
      "no-return-route", Answer::nothing,
      fmt::format("there is no route back to {} ({}{}): tcp_conn_request() drops a SYN that it "
                  "cannot answer, and a RST could not be sent either",
                  source, errno_name(arrival.back.error), by),
      "add the route that is missing"};
  if (!entries.empty() || arrival.back.error == EACCES || arrival.back.error == EINVAL) {
    conclusion.remedy = "look at the entry that refuses, and remove it if it is not meant";
    if (entries.size() == 1) conclusion.commands = {entries.front()->remove};
  } else if (!arrival.device.empty()) {
    conclusion.commands = {
        fmt::format("ip {}route add {} dev {}", inet ? "" : "-6 ", source, arrival.device)};
  }
  // ip_route_output_key_hash_rcu(): a source that neither an interface nor the table "local" has
  // (__ip_dev_find()) gets no route. Without one there is a route, as icmp_back shows.
  if (inet && entries.empty() && arrival.back.error == ENETUNREACH &&
      arrival.icmp_back.type == RouteType::unicast && arrival.icmp_back.error == 0 &&
      !owner_of(facts.interfaces, destination)) {
    conclusion.summary = fmt::format(
        "no answer can have the source {}: no interface has it, and the table \"local\" has no "
        "route for it, so that there is no route back to {} (ENETUNREACH)",
        destination.str(), source);
    conclusion.remedy = "give the table \"local\" the route";
    conclusion.commands = {fmt::format("ip route add local {} dev lo", destination.str())};
    return conclusion;
  }
  // __fib_validate_source(): conf.all counts on every interface, and the loose filter, too, wants a
  // route.
  if (inet && arrival.device.empty() && facts.sysctls.rp_filter.value_or(0) > 0) {
    conclusion.cause = "reverse-path-filter";
    conclusion.summary = fmt::format(
        "the SYN is dropped by the reverse path filter: there is no route back to {} "
        "({}{})",
        source, errno_name(arrival.back.error), by);
  }
  if (entries.size() > 1)
    diagnosis.not_observed.push_back(
        {"route-entry",
         fmt::format("which entry refuses the answer, since each has this errno{}", by), true});
  return conclusion;
}

// Over IPv4 such a SYN is a martian, unless accept_local is set; over IPv6 nothing refuses it.
std::optional<Conclusion> source_is_ours(const Facts& facts) {
  if (facts.arrival.back.error != 0 || facts.arrival.back.type != RouteType::local)
    return std::nullopt;
  const std::string source = facts.question.source->address.str();
  return Conclusion{"no-return-route", Answer::nothing,
                    fmt::format("{} is an address of this namespace, too: the answer to a SYN "
                                "that comes in from it stays here, and its sender gets nothing",
                                source),
                    "two hosts must not have the same address: remove one of them"};
}

// route_over_loopback() says what becomes of it.
std::optional<Conclusion> goes_over_loopback(const Facts& facts) {
  if (!leads_over_loopback(facts.arrival.back, facts)) return std::nullopt;
  const std::string source = facts.question.source->address.str();
  return Conclusion{
      "no-return-route",
      Answer::nothing,
      fmt::format("the route back to {} leads over {}: the answer goes nowhere", source,
                  facts.arrival.back.device),
      "give that route the interface that leads there; the routes to it",
      {fmt::format("ip {}route show table all match {}",
                   destination_of(facts).family() == Family::inet6 ? "-6 " : "", source)}};
}

// ip_route_output_key_hash_rcu(): where no route leads, a socket that is bound to an interface
// takes the destination to be on its link. Over IPv6 it passes over routes of other interfaces, as
// one that is unreachable has none (rt6_device_match()). Nor does it see that the address is local:
// that route is of lo (fib_table_lookup()).
bool listener_is_bound(const Facts& facts) {
  const Endpoint& destination = facts.question.destination;
  return !facts.arrival.device.empty() &&
         std::ranges::any_of(facts.tables.listeners, [&](const Row& row) {
           return row.local.port == destination.port && row.device == facts.arrival.device;
         });
}

void doubt(const std::string& why, const Facts& facts, Diagnosis& diagnosis) {
  diagnosis.not_observed.push_back(
      {"return-path",
       fmt::format("whether the answer reaches {}: {}", facts.question.source->address.str(), why),
       true});
}

// Which way the answer then takes is decided elsewhere.
void tell_of_other_interface(const Facts& facts, Diagnosis& diagnosis) {
  const Arrival& arrival = facts.arrival;
  if (arrival.back.error != 0 || !leaves_elsewhere(arrival, arrival.back)) return;
  doubt(fmt::format(
            "the SYN comes in on {}, and the answer leaves by {}{}", arrival.device,
            arrival.back.device,
            arrival.back.gateway ? fmt::format(", gateway {}", arrival.back.gateway->str()) : ""),
        facts, diagnosis);
}

}  // namespace

// ip_route_input_slow() and ip6_rcv_core() refuse a multicast source. fib_validate_source() refuses
// a broadcast address where it asks the table at all; else the answer goes to all on the link, and
// tcp_v4_rcv() takes only what is for its host (PACKET_HOST).
std::optional<Conclusion> source_is_of_many(const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  const std::string source = facts.question.source->address.str();
  if (is_multicast(facts.question.source->address))
    return Conclusion{"martian", Answer::nothing,
                      fmt::format("{} is not the address of one host: the kernel drops a packet "
                                  "from there as a martian",
                                  source),
                      "send from a unicast address"};
  const bool ends_here =
      arrival.there.is_delivered() || arrival.there.error == EXDEV || arrival.there.error == EINVAL;
  if (!ends_here || arrival.back.error != 0 || arrival.back.type != RouteType::broadcast)
    return std::nullopt;
  return Conclusion{"martian",
                    Answer::nothing,
                    fmt::format("{} is a broadcast address here: the SYN is dropped as a martian, "
                                "or its answer goes to all on the link, and TCP there does not "
                                "take it",
                                source),
                    "give both hosts the same prefix length, or the sender another address",
                    {fmt::format("ip route show table local match {}", source)}};
}

std::optional<Conclusion> no_return_path(const Facts& facts, Diagnosis& diagnosis) {
  const Arrival& arrival = facts.arrival;
  if (!facts.question.source) return std::nullopt;
  // A rule before the table "local" may be for the answer alone.
  if (arrival.local_sender && arrival.back.error == 0) {
    if (arrival.back.type == RouteType::unicast)
      doubt(fmt::format("it leaves by {}, though the source is an address of this namespace: no "
                        "route of the table \"local\" is asked first",
                        arrival.back.device),
            facts, diagnosis);
    return std::nullopt;
  }
  const bool is_bound = listener_is_bound(facts);
  auto conclusion = no_route_back(facts, diagnosis);
  if (!conclusion) conclusion = source_is_ours(facts);
  if (!conclusion) conclusion = goes_over_loopback(facts);
  if (conclusion && !is_bound) return conclusion;
  if (conclusion)
    doubt(fmt::format(
              "{}, and a listener that is bound to {} may look for it on that link all the same",
              arrival.back.error != 0                 ? "no route leads there"
              : arrival.back.type == RouteType::local ? "it is an address of this namespace, too"
                                                      : "the route leads over lo",
              arrival.device),
          facts, diagnosis);
  else if (is_bound && arrival.back_of_bound != arrival.back)
    doubt(fmt::format("a listener that is bound to {} takes another route than other sockets",
                      arrival.device),
          facts, diagnosis);
  tell_of_other_interface(facts, diagnosis);
  return std::nullopt;
}

}  // namespace lab::explain
