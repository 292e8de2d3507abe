// SPDX-License-Identifier: MIT
//
// The words in the columns "outcome" and "detail" of the view "trace" as types.
// include/tcp_lookup/contract.h has the words and their meaning, trace_words.cpp one table per
// type. As with kernel functions, readers refuse any other word: what a program does not know, it
// cannot judge. The column "reason" stays a text, because its words are the kernel's own and
// differ from version to version.
#pragma once

#include <optional>
#include <string_view>

namespace lab {

enum class TraceOutcome {
  hit,
  miss,
  enter,    // nothing more is known than that the function was called
  request,  // a request socket keeps the SYN
  cookie,   // a SYN cookie answers it, and nothing is kept
  dropped,
  child,
  listener,
  none,
  ok,
  reset,
  success,
  ack,
  syn,
  no_socket,
  socket,
};
std::string_view to_string(TraceOutcome outcome);                 // "no-socket"
std::string_view to_string(std::optional<TraceOutcome> outcome);  // "": none
std::optional<TraceOutcome> trace_outcome_from(std::string_view word);

enum class TraceDetail {
  // Of inet_lhash2_lookup(): which address was looked up.
  exact,
  wildcard,
  // Of a lookup that is not for receiving a segment: its purpose.
  icmp_error,
  time_wait,
  reset_key,
  sock_diag,
  other,
  // Of tcp_conn_request() that dropped: why.
  accept_queue_full,
  // Of tcp_v4_rcv(): nothing is looked up, since early demux has found the socket.
  early_demux,
};
std::string_view to_string(TraceDetail detail);                 // "time-wait"
std::string_view to_string(std::optional<TraceDetail> detail);  // "": none
std::optional<TraceDetail> trace_detail_from(std::string_view word);

}  // namespace lab
