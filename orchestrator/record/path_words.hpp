// SPDX-License-Identifier: MIT
//
// A segment trace (all events of a segment on one host) in words.
#pragma once

#include <string>

#include "record/paths.hpp"

namespace lab {

// "__inet_lookup_established for tcp_v4_rcv: hit left SYN-SENT". The words are
// those of the trace (include/tcp_lookup/contract.h); a socket of the scenario
// has its name there.
std::string event_in_words(const Timeline& timeline, const TraceEvent& event);

// All events of the segment trace on one line, separated by "; ".
std::string path_in_words(const Timeline& timeline, const Path& path);

// Whether this call of tcp_v4_send_reset() or tcp_v6_send_reset() sent a RST. It sends none if
// the segment is a RST itself (RFC 9293, 3.10.7.1); otherwise the trace shows whether it did. If
// the trace has no event in which this host sends anything, it is taken to have sent one.
bool sends_reset(const Timeline& timeline, const TraceEvent& reset);

// Whether this kfree_skb event frees a segment without data whose flags were processed. The
// kernel's reason is TCP_OLD_DATA: a SYN or FIN that it has already counted, as the SYN-ACK of a
// simultaneous open (tcp_data_queue()).
bool is_consumed(const TraceEvent& drop);

// What happened to a segment that arrived: "answered with RST, no socket was
// found (NO_SOCKET)". Empty: the trace does not show it.
std::string verdict_in_words(const Timeline& timeline, const Path& path);

}  // namespace lab
