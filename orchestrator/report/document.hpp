// SPDX-License-Identifier: MIT
//
// Stored reports, read back: what make_json_reporter() wrote (docs/reports.md,
// docs/report.schema.json). Several are taken as one, their plays one after the
// other, as if one command had played all.
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

// One play. Of one that was not played, or died, the timeline has names only.
struct Run {
  PlayResult result;
  Timeline timeline;
};

class DocumentReader {
 public:
  // Both are called as soon as what they get has been read, and nothing is kept, so
  // that a document may be larger than the memory. The sources come first, unless
  // another program has put the document into another order.
  struct Audience {
    std::function<void(const std::string& file, const std::string& text)> source;
    std::function<void(Run)> run;
  };
  explicit DocumentReader(Audience audience) : audience_(std::move(audience)) {}

  // `name` is the document's in messages. Throws UsageError: "NAME: PLACE: what is
  // wrong".
  void read(std::FILE* document, const std::string& name);

  // Of all documents so far. It is made from the runs' results, and so cannot
  // contradict them.
  const Summary& summary() const { return summary_; }

 private:
  void take(Run run);

  Audience audience_;
  Summary summary_;
  std::set<std::string> files_;  // of scenarios that were played
  std::size_t runs_ = 0;
  std::size_t planned_ = 0;  // runs that there were to be
};

}  // namespace lab::report
