// SPDX-License-Identifier: MIT
//
// How an incident is reported: a few lines for people, one JSON object on a line for
// programs. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "draw/style.hpp"
#include "explain/diagnosis.hpp"
#include "record/incident.hpp"

namespace lab::explain_output {

// An incident, and why it happened.
struct ExplainedIncident {
  ObservedIncident observed;
  // What a SYN met at that moment where it was refused or not answered; nothing: not known.
  std::optional<explain::Conclusion> conclusion;
};
void print_text(const ExplainedIncident& explained, std::ostream& out, const draw::Style& style);
nlohmann::json to_json(const ExplainedIncident& explained);

// "14:03:07.123456", local time.
std::string clock_time(Timestamp time);

}  // namespace lab::explain_output
