// SPDX-License-Identifier: MIT
#include "record/tcp_info.hpp"

#include <nlohmann/json.hpp>

namespace lab {

void to_json(nlohmann::json& into, const TcpInfo& info) {
  into = {{"state", to_string(info.state)},
          {"options", info.options},
          {"retransmissions", info.total_retransmissions},
          {"unacknowledged", info.unacknowledged}};
  if (!info.fields.empty()) into["fields"] = info.fields;
}

}  // namespace lab
