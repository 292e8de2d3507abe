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

// What happened to a segment that arrived: "answered with RST, no socket was
// found (NO_SOCKET)". Empty: the trace does not show it.
std::string verdict_in_words(const Timeline& timeline, const Path& path);

}  // namespace lab
