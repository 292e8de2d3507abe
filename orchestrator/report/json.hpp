// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace lab::report {

// A value (a Timeline, a Summary) as JSON in one line. What a scenario sends and
// receives need not be UTF-8; JSON must, so other bytes are replaced.
std::string json_text(const nlohmann::json& value);

}  // namespace lab::report
