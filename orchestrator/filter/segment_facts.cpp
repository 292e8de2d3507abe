// SPDX-License-Identifier: MIT
#include "filter/segment_facts.hpp"

#include "record/infer.hpp"

namespace lab::filter {
namespace {

bool is_asked_alike(const Facts& facts) {
  return facts.rules.empty() && facts.local_table_is_first && facts.arrival.vrf.empty();
}

// nft_fib4_eval_type() looks into the local table alone: a local route of another table is unicast
// there. The local table has what an interface has as its address.
std::optional<RouteType> type_of(const Address& address, const RouteAnswer& route,
                                 const Facts& facts) {
  if (!is_asked_alike(facts) || route.error != 0) return std::nullopt;
  const Interface* owner = owner_of(facts.interfaces, address);
  if (route.type == RouteType::local && owner && owner->up && owner->vrf.empty())
    return RouteType::local;
  if (route.type == RouteType::unicast && !owner) return RouteType::unicast;
  return std::nullopt;
}

}  // namespace

std::optional<RouteType> type_of_destination(const Facts& facts) {
  return type_of(facts.question.destination.address, facts.arrival.there, facts);
}

std::optional<RouteType> type_of_source(const Facts& facts) {
  if (!facts.question.source) return std::nullopt;
  // Only where the destination is local it was asked for the way back.
  if (!facts.arrival.there.is_delivered()) return std::nullopt;
  return type_of(facts.question.source->address, facts.arrival.back, facts);
}

bool comes_from_where_the_route_leads(const Facts& facts) {
  const RouteAnswer& back = facts.arrival.back;
  return is_asked_alike(facts) && facts.arrival.there.is_delivered() && back.error == 0 &&
         back.type == RouteType::unicast && !back.device.empty() &&
         back.device == facts.arrival.device;
}

std::optional<TcpFlags> flags_of_answer(const Facts& facts) {
  if (!facts.question.source || !facts.arrival.there.is_delivered() || infer_connection(facts))
    return std::nullopt;
  const bool listens = infer_listener(facts) != nullptr;
  if (facts.answer &&
      facts.answer->verdict != (listens ? LookupVerdict::conn_request : LookupVerdict::rst))
    return std::nullopt;
  // tcp_v4_send_reset(): of a SYN without ACK it acknowledges what it has read.
  return listens ? TcpFlags{.syn = true, .ack = true} : TcpFlags{.rst = true, .ack = true};
}

}  // namespace lab::filter
