// SPDX-License-Identifier: MIT
#include "report/schema.hpp"

#include <map>
#include <string>
#include <vector>

#include "report/reporter.hpp"
#include "report/stored_result.hpp"

namespace lab::report {

nlohmann::ordered_json document_schema() {
  Definitions definitions;
  Schema sources = Format<std::map<std::string, std::string>>::schema(definitions);
  sources["description"] = "the scenarios' files -> their text";
  Schema runs = Format<std::vector<Timeline>>::schema(definitions);
  runs["description"] = "in the order in which they ran";
  Schema summary = Format<Summary>::schema(definitions);
  // A run's result stands in the same object as the rest of it (report/json.cpp).
  Schema& run = definitions["run"];
  run["properties"]["result"] = Format<PlayResult>::schema(definitions);
  run["required"].push_back("result");

  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", "A report of TCP Lookup Lab"},
          {"description",
           "What `orchestrator run --output FILE` and `--format json` write. docs/reports.md says "
           "more."},
          {"$comment", "SPDX-License-Identifier: MIT"},
          {"type", "object"},
          {"properties",
           {{"schema", {{"const", json_schema}, {"description", "the version of this format"}}},
            {"sources", sources},
            {"runs", runs},
            {"summary", summary}}},
          {"required", {"schema", "sources", "runs", "summary"}},
          {"additionalProperties", false},
          {"$defs", definitions.all()}};
}

}  // namespace lab::report
