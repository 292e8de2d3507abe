// SPDX-License-Identifier: MIT
//
// The changes of sockets' states that the trace reports.
#pragma once

#include <cstdint>
#include <optional>

#include "record/timeline.hpp"

namespace lab::sequence {

struct TracedChange {
  std::optional<TcpState> before;  // nothing: the socket is new, in `after`
  TcpState after = TcpState::closed;
  std::optional<std::uint64_t> cookie;  // nothing: not known
};

// What an event of timeline.trace says that is of the tracepoint inet_sock_set_state; nothing: it
// is another event, or reports no change.
//
// A listener never changes from LISTEN to SYN-RECEIVED. The tracepoint reports that when a child
// is copied from it (inet_csk_clone_lock()), before the child has a cookie: here it is a new
// socket, with the cookie that tcp_v4_syn_recv_sock() reports for the same segment.
std::optional<TracedChange> state_change_of(const Timeline& timeline, const TraceEvent& event);

}  // namespace lab::sequence
