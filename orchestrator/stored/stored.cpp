// SPDX-License-Identifier: MIT
#include "stored/stored.hpp"

#include <nlohmann/json.hpp>

#include "stored/timeline.hpp"

namespace lab {

void to_json(nlohmann::json& into, const Timeline& timeline) {
  into = Format<Timeline>::write(timeline);
}

void from_json(const nlohmann::json& from, Timeline& timeline) {
  timeline = timeline_from(JsonPlace(from));
}

Timeline timeline_from(const JsonPlace& from) { return Format<Timeline>::read(from); }

void to_json(nlohmann::json& into, const Row& row) { into = Format<Row>::write(row); }

void to_json(nlohmann::json& into, const Tuple& tuple) { into = Format<Tuple>::write(tuple); }

void to_json(nlohmann::json& into, const LookupAnswer& answer) {
  into = Format<LookupAnswer>::write(answer);
}

void to_json(nlohmann::json& into, const Packet& packet) { into = Format<Packet>::write(packet); }

void to_json(nlohmann::json& into, const TraceEvent& event) {
  into = Format<TraceEvent>::write(event);
}

}  // namespace lab
