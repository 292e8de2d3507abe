// SPDX-License-Identifier: MIT
//
// Reads stored reports, which make_json_reporter() wrote (docs/reports.md,
// docs/report.schema.json). Several documents become one report.
#pragma once

#include <cstddef>
#include <cstdio>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "record/timeline.hpp"
#include "report/play_result.hpp"
#include "report/summary.hpp"

namespace lab::report {

// One run. If it did not run, or died, the timeline has only names.
struct Run {
  PlayResult result;
  Timeline timeline;
};

class DocumentReader {
 public:
  // Called while reading, so that a document may be larger than memory. Sources come first,
  // unless another program has reordered the document.
  struct Audience {
    std::function<void(const std::string& file, const std::string& text)> source;
    std::function<void(Run)> run;
  };
  explicit DocumentReader(Audience audience) : audience_(std::move(audience)) {}

  // `name` is the document's name for messages. Throws UsageError: "NAME: PLACE: what is wrong".
  void read(std::FILE* document, const std::string& name);

  // The summary of all documents so far, computed from the runs' results.
  const Summary& summary() const { return summary_; }

 private:
  void take(Run run);

  Audience audience_;
  Summary summary_;
  std::set<std::string> files_;  // of scenarios
  std::size_t runs_ = 0;
  std::size_t planned_ = 0;  // planned runs
};

}  // namespace lab::report
