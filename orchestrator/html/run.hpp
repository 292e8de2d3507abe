// SPDX-License-Identifier: MIT
//
// One run of the page: its facts and its sections (sections.hpp).
#pragma once

#include <string>
#include <string_view>

#include "record/timeline.hpp"

namespace lab::html {

struct Run {
  const Timeline& timeline;
  std::string scenario_text;  // of timeline.file; empty: it could not be read
  std::string remark = {};    // after its name: "run 17"
};

// "passed", "failed", "not observed"
std::string_view verdict_word(Outcome verdict);

std::string run_body(const Run& run, const std::string& id);

}  // namespace lab::html
