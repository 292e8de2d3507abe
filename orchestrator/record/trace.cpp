// SPDX-License-Identifier: MIT
#include "record/trace.hpp"

#include <array>
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

}  // namespace lab
