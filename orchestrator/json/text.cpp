// SPDX-License-Identifier: MIT
#include "json/text.hpp"

#include "util/printable.hpp"

namespace lab {

std::string json_text(const nlohmann::json& document, int indent) {
  // Written as "\u009b", which means the same in JSON but does not control a terminal.
  return printable(
      document.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace lab
