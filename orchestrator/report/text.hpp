// SPDX-License-Identifier: MIT
//
// The text report of one run: topology, ladder, sockets, tables, verdict. It uses only the
// timeline and begins during the run; in full, it prints each step when it is over.
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
  // The run starts: hosts, links, kernel and module are known.
  void begin(const Timeline& timeline);
  // A step has run and was judged.
  void step(const Timeline& timeline, const StepRecord& step);
  // The run is over and the timeline complete.
  void end(const Timeline& timeline);

 private:
  void pictures(const Timeline& timeline);
  void failures(const Timeline& timeline);

  draw::Page page_;
  draw::Detail detail_;
  std::set<std::string> reported_;  // reasons that were already printed
};

}  // namespace lab::report
