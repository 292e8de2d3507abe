// SPDX-License-Identifier: MIT
//
// The same plays on several kernels, side by side: what came of each, and what
// differs. Drawn from the JSON reports alone, as `run --output` writes them.
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

// Groups kernels by what they did. "path" says which functions each host's
// segments met, without the sending of answers; "packets" what each host sent.
struct Difference {
  std::string play;    // "simopen ipv4"
  std::string aspect;  // "outcome", "step", "check", "packets" or "path"
  // What was seen first that is not the same → the kernels with it, in their order.
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  std::string where;  // which step or host; may be empty
};

// In the order of the plays of the first report that has them.
std::vector<Difference> differences(const std::vector<KernelReport>& reports);

// A table of outcomes, and then the differences.
void draw_kernels(std::ostream& out, const draw::Style& style,
                  const std::vector<KernelReport>& reports);

}  // namespace lab::report
