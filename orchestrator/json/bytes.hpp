// SPDX-License-Identifier: MIT
//
// Bytes in a JSON object. A JSON string is text; what a peer sends or a program writes
// need not be. So UTF-8 is stored as it is, under its name, and anything else in
// hexadecimal, under NAME_hex.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace lab {

void put_bytes(nlohmann::json& object, const std::string& name, std::string_view bytes);

// Whether it is UTF-8 (RFC 3629) and can be a JSON string.
bool is_utf8(std::string_view bytes);

}  // namespace lab
