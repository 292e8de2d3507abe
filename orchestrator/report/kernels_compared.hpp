// SPDX-License-Identifier: MIT
//
// Compares the same plays on several kernels: their outcomes and differences. Uses only the JSON
// reports of `run --output`.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "draw/style.hpp"

namespace lab::report {

struct KernelReport {
  std::string name;       // "6.12"
  std::string problem;    // why there is no report; empty: there is one
  nlohmann::json report;  // runs and summary
};

// One difference between kernels. "path": the functions that each host's segments passed, without
// those that send answers; "packets": what each host sent.
struct Difference {
  std::string play;    // "simopen ipv4"
  std::string aspect;  // "outcome", "step", "check", "packets" or "path"
  // The first thing that differs → the kernels with it, in order.
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  std::string where;  // which step or host; may be empty
};

// In the order of the plays.
std::vector<Difference> differences(const std::vector<KernelReport>& reports);

// A table of outcomes, then the differences.
void draw_kernels(std::ostream& out, const draw::Style& style,
                  const std::vector<KernelReport>& reports);

}  // namespace lab::report
