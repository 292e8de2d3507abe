// SPDX-License-Identifier: MIT
//
// The report for people: topology, steps, packets, sockets, tables, verdict.
#pragma once

#include <set>
#include <string>

#include "report/page.hpp"
#include "report/reporter.hpp"

namespace lab::report {

class TextReporter : public Reporter {
 public:
  TextReporter(std::ostream& out, const Style& style) : page_(out, style) {}
  void begin(const Timeline& timeline) override;
  void step(const Timeline& timeline, const StepRecord& step) override;
  void end(const Timeline& timeline) override;
  void finish(const Summary& summary) override;

 private:
  Page page_;
  std::set<std::string> told_;  // reasons that were given in full already
};

}  // namespace lab::report
