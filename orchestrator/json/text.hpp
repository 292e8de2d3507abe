// SPDX-License-Identifier: MIT
//
// JSON as it is printed for users and programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace lab {

// The document without a newline at its end; `indent` as json::dump(): -1 is one line. Its
// strings may hold text from strangers: control characters are escaped (util/printable.hpp),
// and a byte that is not UTF-8 becomes U+FFFD, where json::dump() would throw.
std::string json_text(const nlohmann::json& document, int indent = -1);

}  // namespace lab
