// SPDX-License-Identifier: MIT
//
// Tables and lookups for programs; docs/looking.md describes the objects.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "record/lookups.hpp"
#include "record/table_view.hpp"

namespace lab::tables {

nlohmann::json to_json(const TableView& view);
nlohmann::json to_json(const Lookups& lookups);

}  // namespace lab::tables
