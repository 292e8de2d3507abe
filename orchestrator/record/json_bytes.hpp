// SPDX-License-Identifier: MIT
//
// Bytes in a JSON object. A JSON string holds text; what a peer sends or a program
// writes need not be. So bytes that are UTF-8 stand as they are, under their name,
// and any other in hexadecimal, under NAME_hex.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace lab {

void put_bytes(nlohmann::json& object, const std::string& name, std::string_view bytes);

// Whether it is UTF-8 (RFC 3629), and so can be a JSON string.
bool is_utf8(std::string_view bytes);

}  // namespace lab
