// SPDX-License-Identifier: MIT
#include "record/trace.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "tcp_lookup/contract.h"

namespace lab {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> twins{{
    {TCP_LOOKUP_EVENT_EARLY_DEMUX4, TCP_LOOKUP_EVENT_EARLY_DEMUX6},
    {TCP_LOOKUP_EVENT_RCV4, TCP_LOOKUP_EVENT_RCV6},
    {TCP_LOOKUP_EVENT_ESTABLISHED4, TCP_LOOKUP_EVENT_ESTABLISHED6},
    {TCP_LOOKUP_EVENT_LISTENER4, TCP_LOOKUP_EVENT_LISTENER6},
    {TCP_LOOKUP_EVENT_LHASH4, TCP_LOOKUP_EVENT_LHASH6},
    {TCP_LOOKUP_EVENT_CHILD4, TCP_LOOKUP_EVENT_CHILD6},
    {TCP_LOOKUP_EVENT_SEND_RESET4, TCP_LOOKUP_EVENT_SEND_RESET6},
    {TCP_LOOKUP_EVENT_SEND4, TCP_LOOKUP_EVENT_SEND6},
}};

}  // namespace

std::string_view kernel_name(std::string_view ipv4_name, Family family) {
  if (family == Family::inet6) {
    for (const auto& [four, six] : twins)
      if (four == ipv4_name) return six;
  }
  return ipv4_name;
}

bool is_sending(std::string_view event) {
  return event == TCP_LOOKUP_EVENT_SEND4 || event == TCP_LOOKUP_EVENT_SEND6 ||
         event == TCP_LOOKUP_EVENT_LOCAL_OUT6;
}

bool is_sending(const TraceEvent& event) {
  return is_sending(event.event);
}

void to_json(nlohmann::json& into, const TraceEvent& event) {
  into = {
      {"host", event.host}, {"number", event.number}, {"time", event.time}, {"event", event.event}};
  if (event.segment) into["segment"] = *event.segment;
  if (event.cause) into["cause"] = *event.cause;
  if (!event.caller.empty()) into["caller"] = event.caller;
  if (!event.detail.empty()) into["detail"] = event.detail;
  if (!event.outcome.empty()) into["outcome"] = event.outcome;
  if (!event.reason.empty()) into["reason"] = event.reason;
  if (event.source) into["source"] = event.source->str();
  if (event.destination) into["destination"] = event.destination->str();
  if (!event.device.empty()) into["device"] = event.device;
  if (event.flags) into["flags"] = event.flags->str();
  if (event.sequence) into["sequence"] = *event.sequence;
  if (event.acknowledgment) into["acknowledgment"] = *event.acknowledgment;
  if (event.length) into["length"] = *event.length;
  if (event.kind) into["kind"] = to_string(*event.kind);
  if (event.state) into["state"] = to_string(*event.state);
  if (event.state_after) into["state_after"] = to_string(*event.state_after);
  if (event.cookie) into["cookie"] = *event.cookie;
}

}  // namespace lab
