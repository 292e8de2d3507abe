// SPDX-License-Identifier: MIT
//
// Timelines and their parts as JSON, written and read back. Of a timeline that was read, to_json()
// makes the same document again. The form of each record is described once, in stored/*.hpp.
//
// Unknown names are ignored, so that a later program may add some. Reading throws UsageError that
// names the place in the document, when something is missing or invalid.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "json/place.hpp"
#include "record/timeline.hpp"

namespace lab {

void to_json(nlohmann::json& into, const Timeline& timeline);
void from_json(const nlohmann::json& from, Timeline& timeline);
Timeline timeline_from(const JsonPlace& from);

// Parts that stand in other documents, too.
void to_json(nlohmann::json& into, const Row& row);
void to_json(nlohmann::json& into, const Tuple& tuple);
void to_json(nlohmann::json& into, const LookupAnswer& answer);
void to_json(nlohmann::json& into, const Packet& packet);
void to_json(nlohmann::json& into, const TraceEvent& event);

}  // namespace lab
