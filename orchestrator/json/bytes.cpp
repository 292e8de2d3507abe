// SPDX-License-Identifier: MIT
#include "json/bytes.hpp"

#include <nlohmann/json.hpp>

#include "util/text.hpp"

namespace lab {

bool is_utf8(std::string_view bytes) try {
  (void)nlohmann::json(bytes).dump();  // strict: throws if it is not UTF-8
  return true;
} catch (const nlohmann::json::type_error&) {
  return false;
}

void put_bytes(nlohmann::json& object, const std::string& name, std::string_view bytes) {
  if (is_utf8(bytes))
    object[name] = bytes;
  else
    object[name + "_hex"] =
        to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

}  // namespace lab
