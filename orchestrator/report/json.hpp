// SPDX-License-Identifier: MIT
//
// The same as data. Each run is written when it ends, so that a thousand runs
// need no more memory than one; all of them together are one document.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "report/reporter.hpp"

namespace lab::report {

class JsonReporter : public Reporter {
 public:
  explicit JsonReporter(std::ostream& out) : out_(out) {}
  void begin(const Timeline& timeline) override;
  void step(const Timeline& timeline, const StepRecord& step) override;
  void end(const Timeline& timeline) override;
  void finish(const Summary& summary) override;

 private:
  void open();
  static std::string text_of(const nlohmann::json& value);

  std::ostream& out_;
  bool opened_ = false;
  bool first_ = true;
};

}  // namespace lab::report
