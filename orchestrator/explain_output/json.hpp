// SPDX-License-Identifier: MIT
//
// An explanation for programs; docs/explain.md describes its fields.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "explain_probe/probe.hpp"

namespace lab::explain_output {

// Rises when the meaning of a field changes.
constexpr int json_schema = 1;

nlohmann::json to_json(const Facts& facts, const explain::Diagnosis& diagnosis);
nlohmann::json to_json(const Probe& probe, const explain::Probed& probed);

}  // namespace lab::explain_output
