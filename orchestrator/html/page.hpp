// SPDX-License-Identifier: MIT
//
// Runs as one self-contained HTML page: the runs of each scenario, one for each variant and family,
// are tabs. It is readable without its script, which adds collapsing, filtering and a switch
// between light and dark. Pure: no root, no network, no files.
#pragma once

#include <string>
#include <vector>

#include "html/run.hpp"
#include "record/timeline.hpp"
#include "report/summary.hpp"

namespace lab::html {

// Builds a page. Each run is drawn when it is added and is not kept, so that memory is limited to
// the page's size.
class Book {
 public:
  void add(const Run& run);
  // `summary` may contain plays without a run: skipped ones, and those that could not run.
  // Scenarios with failures come first, then the order of add().
  std::string page(const report::Summary& summary) const;

 private:
  struct Leaf {
    std::string id;  // of its element
    std::string scenario, kernel, title;
    std::string label;  // "no-listen ipv4"
    std::string tab;    // "IPv4"
    Outcome verdict = Outcome::pass;
    Tally checks;
    Timestamp took = 0;
    std::string body;
  };
  using Leaves = std::vector<const Leaf*>;
  std::vector<Leaves> by_scenario() const;
  static std::string tab_of(const Leaf& leaf, const Leaves& beside);

  std::vector<Leaf> leaves_;
};

std::string page(const std::vector<Run>& runs, const report::Summary& summary);

}  // namespace lab::html
