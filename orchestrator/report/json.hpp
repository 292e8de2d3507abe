// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace lab::report {

// A value (a Timeline, a Summary) as JSON on one line. Replaces bytes that are not UTF-8, which
// data of a scenario may contain.
std::string json_text(const nlohmann::json& value);

}  // namespace lab::report
