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
        fmt::format("ip {}route add {} dev {}",
                    facts.question.destination.address.family() == Family::inet6 ? "-6 " : "",
                    source, arrival.device)};
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

std::optional<Conclusion> no_return_path(const Facts& facts, Diagnosis& diagnosis) {
  const Arrival& arrival = facts.arrival;
  if (!facts.question.source || (arrival.local_sender && arrival.back.error == 0))
    return std::nullopt;
  const bool is_bound = listener_is_bound(facts);
  auto conclusion = no_route_back(facts, diagnosis);
  if (!conclusion) conclusion = source_is_ours(facts);
  if (conclusion && !is_bound) return conclusion;
  if (conclusion)
    doubt(fmt::format(
              "{}, and a listener that is bound to {} may look for it on that link all the same",
              arrival.back.error != 0 ? "no route leads there"
                                      : "it is an address of this namespace, too",
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
