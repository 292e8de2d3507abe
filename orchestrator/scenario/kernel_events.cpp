// SPDX-License-Identifier: MIT
#include "scenario/kernel_events.hpp"

#include "record/trace.hpp"
#include "tcp_lookup/contract.h"

namespace lab::scenario {
namespace {

std::vector<KernelEvent> make_events() {
  const std::vector<std::string> found{TCP_LOOKUP_HIT, TCP_LOOKUP_MISS};
  const std::vector<std::string> enter{TCP_LOOKUP_OUTCOME_ENTER};
  const std::vector<std::string> child{TCP_LOOKUP_OUTCOME_CHILD, TCP_LOOKUP_OUTCOME_NONE};
  const std::vector<std::string> for_others{TCP_LOOKUP_DETAIL_ICMP, TCP_LOOKUP_DETAIL_RESET_KEY,
                                            TCP_LOOKUP_DETAIL_SOCK_DIAG, TCP_LOOKUP_DETAIL_OTHER};
  std::vector<std::string> of_listener = for_others;
  of_listener.emplace_back(TCP_LOOKUP_DETAIL_TIME_WAIT);
  return {
      {TCP_LOOKUP_EVENT_EARLY_DEMUX4, found, {}},
      {TCP_LOOKUP_EVENT_RCV4, enter, {TCP_LOOKUP_DETAIL_EARLY_DEMUX}},
      {TCP_LOOKUP_EVENT_ESTABLISHED4, found, for_others},
      {TCP_LOOKUP_EVENT_LISTENER4, found, of_listener},
      {TCP_LOOKUP_EVENT_LHASH4, found, {TCP_LOOKUP_DETAIL_EXACT, TCP_LOOKUP_DETAIL_WILDCARD}},
      {TCP_LOOKUP_EVENT_CONN_REQUEST,
       {TCP_LOOKUP_OUTCOME_REQUEST, TCP_LOOKUP_OUTCOME_COOKIE, TCP_LOOKUP_OUTCOME_DROPPED},
       {TCP_LOOKUP_DETAIL_ACCEPT_QUEUE_FULL}},
      {TCP_LOOKUP_EVENT_CHECK_REQ,
       {TCP_LOOKUP_OUTCOME_CHILD, TCP_LOOKUP_OUTCOME_LISTENER, TCP_LOOKUP_OUTCOME_NONE},
       {}},
      {TCP_LOOKUP_EVENT_CHILD4, child, {}},
      {TCP_LOOKUP_EVENT_RCV_STATE, {TCP_LOOKUP_OUTCOME_OK, TCP_LOOKUP_OUTCOME_RESET}, {}},
      {TCP_LOOKUP_EVENT_RCV_ESTABLISHED, enter, {}},
      {TCP_LOOKUP_EVENT_TIME_WAIT,
       {TCP_LOOKUP_OUTCOME_SUCCESS, TCP_LOOKUP_OUTCOME_RESET, TCP_LOOKUP_OUTCOME_ACK,
        TCP_LOOKUP_OUTCOME_SYN},
       {}},
      {TCP_LOOKUP_EVENT_SEND_RESET4,
       {TCP_LOOKUP_OUTCOME_NO_SOCKET, TCP_LOOKUP_OUTCOME_SOCKET},
       {},
       true},
      {TCP_LOOKUP_EVENT_ACTIVE_RESET, enter, {}, true},
      {TCP_LOOKUP_EVENT_RESET, enter, {}},
      {TCP_LOOKUP_EVENT_BACKLOG, enter, {}},
      {TCP_LOOKUP_EVENT_SEND4, enter, {}},
      {TCP_LOOKUP_EVENT_DROP, {TCP_LOOKUP_OUTCOME_DROPPED}, {}, true},
      {TCP_LOOKUP_EVENT_SET_STATE, enter, {}},
  };
}

}  // namespace

const std::vector<KernelEvent>& kernel_events() {
  static const std::vector<KernelEvent> all = make_events();
  return all;
}

std::string_view ipv4_name(std::string_view name) {
  for (const KernelEvent& event : kernel_events())
    if (kernel_name(event.name, Family::inet6) == name) return event.name;
  return name;
}

}  // namespace lab::scenario
