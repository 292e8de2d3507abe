// SPDX-License-Identifier: MIT
//
// Runs as one HTML page for a browser. Everything is in it: it loads nothing, and
// can be read without its script, which adds folding of all, filtering and a switch
// between light and dark. Pure: no root, no network, no files.
#pragma once

#include <string>
#include <vector>

#include "html/run.hpp"
#include "record/timeline.hpp"
#include "report/summary.hpp"

namespace lab::html {

// A page in the making. A run is drawn when it is added and then forgotten, so that
// hundreds of them need the memory of their page and no more.
class Book {
 public:
  void add(const Run& run);
  // `summary` may know of plays that left no run: skipped ones, and those that this
  // machine could not play. Failures come first, otherwise the order is that of add().
  std::string page(const report::Summary& summary) const;

 private:
  struct Leaf {
    std::string id;  // of its element
    std::string label, title;
    Outcome verdict = Outcome::pass;
    Tally checks;
    Timestamp took = 0;
    std::string body;
  };
  std::vector<Leaf> in_order() const;

  std::vector<Leaf> leaves_;
};

std::string page(const std::vector<Run>& runs, const report::Summary& summary);

}  // namespace lab::html
