// SPDX-License-Identifier: MIT
#include "record/kernel_function.hpp"

#include <array>
#include <utility>

#include "record/word_table.hpp"
#include "tcp_lookup/contract.h"

namespace lab {
namespace {

constexpr WordTable<KernelFunction, 27> function_names{{
    {KernelFunction::early_demux4, TCP_LOOKUP_EVENT_EARLY_DEMUX4},
    {KernelFunction::early_demux6, TCP_LOOKUP_EVENT_EARLY_DEMUX6},
    {KernelFunction::rcv4, TCP_LOOKUP_EVENT_RCV4},
    {KernelFunction::rcv6, TCP_LOOKUP_EVENT_RCV6},
    {KernelFunction::established4, TCP_LOOKUP_EVENT_ESTABLISHED4},
    {KernelFunction::established6, TCP_LOOKUP_EVENT_ESTABLISHED6},
    {KernelFunction::listener4, TCP_LOOKUP_EVENT_LISTENER4},
    {KernelFunction::listener6, TCP_LOOKUP_EVENT_LISTENER6},
    {KernelFunction::lhash4, TCP_LOOKUP_EVENT_LHASH4},
    {KernelFunction::lhash6, TCP_LOOKUP_EVENT_LHASH6},
    {KernelFunction::conn_request, TCP_LOOKUP_EVENT_CONN_REQUEST},
    {KernelFunction::check_req, TCP_LOOKUP_EVENT_CHECK_REQ},
    {KernelFunction::child4, TCP_LOOKUP_EVENT_CHILD4},
    {KernelFunction::child6, TCP_LOOKUP_EVENT_CHILD6},
    {KernelFunction::rcv_state, TCP_LOOKUP_EVENT_RCV_STATE},
    {KernelFunction::rcv_established, TCP_LOOKUP_EVENT_RCV_ESTABLISHED},
    {KernelFunction::time_wait, TCP_LOOKUP_EVENT_TIME_WAIT},
    {KernelFunction::send_reset4, TCP_LOOKUP_EVENT_SEND_RESET4},
    {KernelFunction::send_reset6, TCP_LOOKUP_EVENT_SEND_RESET6},
    {KernelFunction::active_reset, TCP_LOOKUP_EVENT_ACTIVE_RESET},
    {KernelFunction::reset, TCP_LOOKUP_EVENT_RESET},
    {KernelFunction::backlog, TCP_LOOKUP_EVENT_BACKLOG},
    {KernelFunction::send4, TCP_LOOKUP_EVENT_SEND4},
    {KernelFunction::send6, TCP_LOOKUP_EVENT_SEND6},
    {KernelFunction::local_out6, TCP_LOOKUP_EVENT_LOCAL_OUT6},
    {KernelFunction::drop, TCP_LOOKUP_EVENT_DROP},
    {KernelFunction::set_state, TCP_LOOKUP_EVENT_SET_STATE},
}};

constexpr std::array<std::pair<KernelFunction, KernelFunction>, 8> twins{{
    {KernelFunction::early_demux4, KernelFunction::early_demux6},
    {KernelFunction::rcv4, KernelFunction::rcv6},
    {KernelFunction::established4, KernelFunction::established6},
    {KernelFunction::listener4, KernelFunction::listener6},
    {KernelFunction::lhash4, KernelFunction::lhash6},
    {KernelFunction::child4, KernelFunction::child6},
    {KernelFunction::send_reset4, KernelFunction::send_reset6},
    {KernelFunction::send4, KernelFunction::send6},
}};

}  // namespace

std::string_view to_string(KernelFunction function) { return word_of(function_names, function); }

std::optional<KernelFunction> kernel_function_from(std::string_view name) {
  return value_of(function_names, name);
}

KernelFunction for_family(KernelFunction ipv4_function, Family family) {
  if (family == Family::inet6) {
    for (const auto& [four, six] : twins)
      if (four == ipv4_function) return six;
  }
  return ipv4_function;
}

KernelFunction ipv4_function(KernelFunction function) {
  for (const auto& [four, six] : twins)
    if (six == function) return four;
  return function;
}

std::string_view kernel_name(KernelFunction ipv4_function, Family family) {
  return to_string(for_family(ipv4_function, family));
}

std::string_view kernel_name(std::string_view ipv4_name, Family family) {
  const auto function = kernel_function_from(ipv4_name);
  return function ? kernel_name(*function, family) : ipv4_name;
}

bool is_sending(KernelFunction function) {
  return ipv4_function(function) == KernelFunction::send4 || function == KernelFunction::local_out6;
}

}  // namespace lab
