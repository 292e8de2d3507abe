// SPDX-License-Identifier: MIT
//
// What `inspect` shows: the state file of each lab, and what exists now.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "persist/kept_labs.hpp"
#include "record/interface.hpp"
#include "record/row.hpp"
#include "draw/page.hpp"

namespace lab::persist {

// One host as it is now.
struct HostLook {
  std::string host, netns;
  std::vector<lab::Interface> interfaces;
  std::vector<Row> sockets;  // sock_diag's rows: listeners, bound, connections
  std::string why_not;       // why it could not be looked at; empty: it was
};

struct LabLook {
  Found found;
  std::vector<HostLook> hosts;
};

// Inspects every host of it that exists.
LabLook look_into(Found found, const Place& place);

void print(draw::Page& page, const LabLook& look);
nlohmann::json to_json(const LabLook& look);

}  // namespace lab::persist
