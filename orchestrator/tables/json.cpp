// SPDX-License-Identifier: MIT
#include "tables/json.hpp"

#include <nlohmann/json.hpp>

#include "stored/stored.hpp"

namespace lab::tables {
namespace {

using nlohmann::json;

json holders_of(const std::vector<Holder>& holders) {
  json array = json::array();
  for (const Holder& each : holders)
    array.push_back(
        {{"pid", each.pid}, {"fd", each.fd}, {"command", each.command}, {"stopped", each.stopped}});
  return array;
}

json from_seen(const ObservedTable& seen) {
  json object{{"table", to_string(seen.table)}, {"rows", json::array()}};
  if (seen.witness) object["witness"] = to_string(*seen.witness);
  if (!seen.not_observed.empty()) object["not_observed"] = seen.not_observed;
  for (const TableEntry& entry : seen.entries) {
    json row = entry.row;
    row["processes"] = holders_of(entry.holders);
    object["rows"].push_back(std::move(row));
  }
  return object;
}

}  // namespace

json to_json(const TableView& view) {
  json object{{"schema", 1}, {"tables", json::array()}, {"not_observed", view.not_observed}};
  for (const ObservedTable& seen : view.tables) object["tables"].push_back(from_seen(seen));
  return object;
}

json to_json(const Lookups& lookups) {
  json object{{"schema", 1},
              {"inferred", lookups.inferred},
              {"answers", json::array()},
              {"not_observed", lookups.not_observed}};
  for (const LookupAnswer& answer : lookups.answers) {
    json one = answer;
    one["answered"] = is_success(answer);
    for (json& step : one["steps"]) {
      if (!step.contains("socket")) continue;
      const auto found = lookups.processes.by_inode.find(step["socket"].value("inode", 0ULL));
      if (found != lookups.processes.by_inode.end())
        step["socket"]["processes"] = holders_of(found->second);
    }
    // The module's walk and the kernel's functions were not both asked.
    if (lookups.inferred) one.erase("agrees");
    object["answers"].push_back(std::move(one));
  }
  return object;
}

}  // namespace lab::tables
