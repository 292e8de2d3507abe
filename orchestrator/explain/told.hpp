// SPDX-License-Identifier: MIT
//
// An incident with what could be found out about it at that moment, and how it
// is told: a line or a few for people, one JSON object on a line for programs.
// Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "draw/style.hpp"
#include "explain/diagnosis.hpp"
#include "explain/incident.hpp"

namespace lab::explain {

struct Told {
  Incident incident;
  // "curl (pid 99, fd 5)", "network namespace web" besides where it is another
  // one; empty: not found out.
  std::string local_process, remote_process;
  // What a SYN met at that moment where it was turned away, or not answered.
  std::optional<Conclusion> conclusion;
  // Whose word the incident is: "module", or "capture", which knows no causes.
  std::string witness;
};

void print_text(const Told& told, std::ostream& out, const draw::Style& style);
nlohmann::json to_json(const Told& told);

// "14:03:07.123456", local time.
std::string clock_time(Timestamp time);

}  // namespace lab::explain
