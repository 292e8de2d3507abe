// SPDX-License-Identifier: MIT
//
// What a probe says about the prediction. A firewall comes before TCP: the tables cannot
// show it, a real SYN can. Pure.
#pragma once

#include <vector>

#include "explain/diagnosis.hpp"
#include "record/probe.hpp"

namespace lab::explain {

struct Probed {
  Conclusion conclusion;
  bool as_predicted = false;
  std::vector<Finding> not_observed;
};
Probed judge(const Probe& probe, const Diagnosis& predicted);

}  // namespace lab::explain
