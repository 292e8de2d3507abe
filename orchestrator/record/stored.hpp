// SPDX-License-Identifier: MIT
//
// Timelines that were stored as JSON, read back: the inverse of to_json(). Of a
// timeline that was read, to_json() makes the same document again.
//
// Unknown names are ignored, so that a later program may add some. Everything here
// throws UsageError that names the place in the document, when something is missing
// or invalid.
#pragma once

#include "json/place.hpp"
#include "record/timeline.hpp"

namespace lab {

Timeline timeline_from(const JsonPlace& from);
void from_json(const nlohmann::json& from, Timeline& timeline);

// "ipv4", "ipv6"
Family family_at(const JsonPlace& from);
std::optional<Outcome> outcome_from(std::string_view word);

// Parts of it.
Row row_from(const JsonPlace& from);
LookupAnswer lookup_answer_from(const JsonPlace& from);
TcpInfo tcp_info_from(const JsonPlace& from);
TcpOptions tcp_options_from(const JsonPlace& from);
IcmpError icmp_error_from(const JsonPlace& from);
Packet packet_from(const JsonPlace& from);
TraceEvent trace_event_from(const JsonPlace& from);

}  // namespace lab
