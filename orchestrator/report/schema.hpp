// SPDX-License-Identifier: MIT
//
// The JSON schema of a stored report (docs/report.schema.json), made from the descriptions by
// which reports are written and read.
#pragma once

#include <nlohmann/json.hpp>

namespace lab::report {

// JSON Schema, draft 2020-12.
nlohmann::ordered_json document_schema();

}  // namespace lab::report
