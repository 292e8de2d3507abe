// SPDX-License-Identifier: MIT
//
// Routing has no packet for this SYN: a blackhole, prohibit, unreachable or throw route, a
// policy rule with such an action, or no route. fib_props[] and ip6_rt_type_to_error() give
// each its errno; ip_error() and ip6_pkt_drop() decide what a sender outside gets.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "explain/parts.hpp"
#include "record/owner_names.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

// What a sender outside gets for an error of the route.
struct Reply {
  const char* icmp;  // empty: nothing
  int error;         // icmp_err_convert[], icmpv6_err_convert()
};
Reply reply_of(int error, const Facts& facts) {
  // To an address of this namespace it stays here, and the sender gets nothing.
  const RouteAnswer& back = facts.arrival.icmp_back;
  if (back.error != 0 || back.type == RouteType::local || error == EINVAL) return {"", 0};
  if (facts.question.destination.address.family() == Family::inet6)
    return error == EACCES ? Reply{"administratively prohibited", EACCES}
                           : Reply{"no route to destination", ENETUNREACH};
  if (!facts.sysctls.forwarding.value_or(false)) return {"", 0};
  switch (error) {
    case EACCES:
      return {"communication administratively prohibited", EHOSTUNREACH};
    case EHOSTUNREACH:
      return {"host unreachable", EHOSTUNREACH};
    case ENETUNREACH:
      return {"network unreachable", ENETUNREACH};
    default:
      return {"", 0};
  }
}

// A local address is found in the table "local" before any route that refuses.
bool may_match(const Refusal& entry, const Facts& facts) {
  const RouteAnswer& found = facts.arrival.from_here;
  return entry.is_rule || !facts.local_table_is_first || facts.arrival.local_sender ||
         found.error != 0 || found.type != RouteType::local;
}

// fib_validate_source(): the strict filter (1) wants the way back over the same interface, the
// loose one (2) any.
bool filter_refuses(const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  const int filter = facts.sysctls.rp_filter.value_or(1);
  return filter != 0 &&
         (arrival.back.error != 0 || (filter != 2 && leaves_elsewhere(arrival, arrival.back)));
}

// The lookup of the destination alone fails, or nothing but such an entry has this errno.
bool is_the_routes(const Facts& facts, int error, bool has_entry) {
  const Arrival& arrival = facts.arrival;
  if (is_sent_here(facts)) return true;
  // A martian, which ip_route_input_slow() refuses before it looks for a route.
  if (facts.question.source->address.is_loopback()) return false;
  if (arrival.from_here.error != 0) return true;
  // fib_validate_source() has EXDEV and EINVAL, a host that does not forward EHOSTUNREACH.
  if (error == EACCES || error == ENETUNREACH) return true;
  if (error == EHOSTUNREACH && facts.sysctls.forwarding == true) return true;
  // IPv6 has no reverse path filter: only a route or rule refuses.
  if (facts.question.destination.address.family() == Family::inet6) return true;
  // A rule that looks at the source or the interface: ip_route_input_slow() looks for the route
  // before it asks the filter.
  return has_entry && error == EINVAL;
}

void doubt_way_back(const Facts& facts, Diagnosis& diagnosis) {
  const Arrival& arrival = facts.arrival;
  const Address& destination = facts.question.destination.address;
  std::string why;
  if (leaves_elsewhere(arrival, arrival.icmp_back))
    why = fmt::format("the SYN comes in on {}, and the error leaves by {}", arrival.device,
                      arrival.icmp_back.device);
  else if (destination.family() == Family::inet6 && owner_of(facts.interfaces, destination))
    // ndisc_solicit() asks from the address that the error has, which is this one.
    why = fmt::format("neighbour advertisements to {} may be refused, too", destination.str());
  if (why.empty()) return;
  diagnosis.not_observed.push_back({"return-path",
                                    fmt::format("whether the ICMP error reaches {}: {}",
                                                facts.question.source->address.str(), why),
                                    true});
}

std::string what_refuses(const Facts& facts, const Refusal* entry, int error) {
  const std::string destination = facts.question.destination.address.str();
  const std::string here = netns_of(facts.question);
  // An address of this namespace gets to a route only by a rule before the table "local".
  const auto& rules = facts.arrival.overruling;
  if (entry && !entry->is_rule && rules.size() == 1)
    return fmt::format("\"{}\" is what {} has for {}: \"{}\" comes before the table \"local\"",
                       entry->text, here, destination, rules.front().text);
  if (entry) return fmt::format("\"{}\" is what {} has for {}", entry->text, here, destination);
  if (error == EACCES)
    return fmt::format("a prohibit route or rule is what {} has for {}", here, destination);
  return fmt::format("{} has no route to {}", here, destination);
}

}  // namespace

// fib_props[], fib4_rule_action(), fib6_rule_action(): a rule and a route differ.
int errno_of(const Refusal& refusal) {
  switch (refusal.type) {
    case RouteType::blackhole:
      return EINVAL;
    case RouteType::prohibit:
      return EACCES;
    case RouteType::unreachable:
      return refusal.is_rule ? ENETUNREACH : EHOSTUNREACH;
    default:
      return ENETUNREACH;
  }
}

std::optional<Conclusion> refused_route(const Facts& facts, Diagnosis& diagnosis) {
  const Arrival& arrival = facts.arrival;
  if (arrival.there.error == 0) return std::nullopt;
  const bool sent_here = is_sent_here(facts);
  // Of an IPv4 SYN that is not forwarded the kernel says EHOSTUNREACH, whatever the route.
  const bool is_masked =
      !sent_here && arrival.there.error == EHOSTUNREACH && facts.sysctls.forwarding != true &&
      facts.question.destination.address.family() == Family::inet && arrival.from_here.error != 0;
  const int error = is_masked ? arrival.from_here.error : arrival.there.error;
  std::vector<const Refusal*> entries;
  std::string others;
  for (const Refusal& each : arrival.refusals) {
    if (errno_of(each) != error || !may_match(each, facts)) continue;
    if (!entries.empty()) others += "; " + each.text;
    entries.push_back(&each);
  }
  if (!is_the_routes(facts, error, !entries.empty())) return std::nullopt;
  const Refusal* entry = entries.empty() ? nullptr : entries.front();
  if (!sent_here && entry && arrival.from_here.error == 0 && error == EINVAL &&
      filter_refuses(facts)) {
    diagnosis.not_observed.push_back(
        {"route-entry",
         fmt::format("whether \"{}\" refuses the SYN before the reverse path filter does",
                     entry->text),
         true});
    return std::nullopt;
  }
  // What has no entry is explained better by the interfaces (not_ours()).
  if (!entry && error != EACCES && (sent_here || error != ENETUNREACH)) return std::nullopt;
  if (entries.size() > 1)
    diagnosis.not_observed.push_back(
        {"route-entry",
         fmt::format("which entry refuses, since each has this errno: {}{}", entry->text, others),
         true});

  // ip6_dst_lookup_tail() looks for a source after the first failure, and asks once more with it.
  if (sent_here && facts.question.source_is_assumed &&
      facts.question.destination.address.family() == Family::inet6 &&
      std::ranges::any_of(facts.rules, &PolicyRule::by_source))
    diagnosis.not_observed.push_back(
        {"route-entry", "which entry refuses: a policy rule looks at the source", true});

  Conclusion conclusion;
  conclusion.cause = entry             ? fmt::format("{}-route", to_string(entry->type))
                     : error == EACCES ? std::string("prohibit-route")
                                       : std::string("no-route");
  std::string fate;
  if (sent_here) {
    conclusion.answer = Answer::not_sent;
    conclusion.error = error;
    fate = fmt::format("connect() fails with {}, and no SYN is sent", errno_name(error));
  } else {
    const Reply reply = reply_of(error, facts);
    conclusion.answer = *reply.icmp ? Answer::icmp : Answer::nothing;
    conclusion.error = reply.error;
    if (*reply.icmp) doubt_way_back(facts, diagnosis);
    fate = *reply.icmp ? fmt::format(
                             "the SYN is refused by ICMP \"{}\", and the sender's connect() "
                             "fails with {}",
                             reply.icmp, errno_name(reply.error))
                       : "the SYN is dropped, and no ICMP error is sent";
  }
  conclusion.summary = fmt::format("{}: {}", what_refuses(facts, entry, error), fate);
  conclusion.remedy =
      entry || error == EACCES
          ? std::string("remove it if it is not meant")
          : fmt::format("add a route to {}, or ask in the right namespace (--netns)",
                        facts.question.destination.address.str());
  if (entry) conclusion.commands = {entry->remove};
  return conclusion;
}

}  // namespace lab::explain
