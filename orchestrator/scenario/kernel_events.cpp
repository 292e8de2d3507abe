// SPDX-License-Identifier: MIT
#include "scenario/kernel_events.hpp"

namespace lab::scenario {
namespace {

std::vector<KernelEvent> make_events() {
  const std::vector<TraceOutcome> found{TraceOutcome::hit, TraceOutcome::miss};
  const std::vector<TraceOutcome> enter{TraceOutcome::enter};
  const std::vector<TraceOutcome> child{TraceOutcome::child, TraceOutcome::none};
  const std::vector<TraceDetail> for_others{TraceDetail::icmp_error, TraceDetail::reset_key,
                                            TraceDetail::sock_diag, TraceDetail::other};
  std::vector<TraceDetail> of_listener = for_others;
  of_listener.push_back(TraceDetail::time_wait);
  return {
      {KernelFunction::early_demux4, found, {}},
      {KernelFunction::rcv4, enter, {TraceDetail::early_demux}},
      {KernelFunction::established4, found, for_others},
      {KernelFunction::listener4, found, of_listener},
      {KernelFunction::lhash4, found, {TraceDetail::exact, TraceDetail::wildcard}},
      {KernelFunction::conn_request,
       {TraceOutcome::request, TraceOutcome::cookie, TraceOutcome::dropped},
       {TraceDetail::accept_queue_full}},
      {KernelFunction::check_req,
       {TraceOutcome::child, TraceOutcome::listener, TraceOutcome::none},
       {}},
      {KernelFunction::child4, child, {}},
      {KernelFunction::rcv_state, {TraceOutcome::ok, TraceOutcome::reset}, {}},
      {KernelFunction::rcv_established, enter, {}},
      {KernelFunction::time_wait,
       {TraceOutcome::success, TraceOutcome::reset, TraceOutcome::ack, TraceOutcome::syn},
       {}},
      {KernelFunction::send_reset4, {TraceOutcome::no_socket, TraceOutcome::socket}, {}, true},
      {KernelFunction::active_reset, enter, {}, true},
      {KernelFunction::reset, enter, {}},
      {KernelFunction::backlog, enter, {}},
      {KernelFunction::send4, enter, {}},
      {KernelFunction::drop, {TraceOutcome::dropped}, {}, true},
      {KernelFunction::set_state, enter, {}},
  };
}

}  // namespace

const std::vector<KernelEvent>& kernel_events() {
  static const std::vector<KernelEvent> all = make_events();
  return all;
}

}  // namespace lab::scenario
