// SPDX-License-Identifier: MIT
//
// The report of one play for people: topology, ladder, sockets, tables, verdict. It is
// written from the timeline alone, and begins while the play goes on; in full, each step
// is printed when it is over.
#pragma once

#include <set>
#include <string>

#include "draw/page.hpp"
#include "record/timeline.hpp"

namespace lab::report {

class TextReport {
 public:
  TextReport(std::ostream& out, const draw::Style& style)
      : page_(out, style), detail_(style.detail) {}
  // It starts: its hosts, links, kernel and module are known.
  void begin(const Timeline& timeline);
  // A step was played and judged.
  void step(const Timeline& timeline, const StepRecord& step);
  // It is over, and the timeline complete.
  void end(const Timeline& timeline);

 private:
  void pictures(const Timeline& timeline);
  void failures(const Timeline& timeline);

  draw::Page page_;
  draw::Detail detail_;
  std::set<std::string> reported_;  // reasons that were given in full already
};

}  // namespace lab::report
