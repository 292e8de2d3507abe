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
  bool is_the_predicted = false;  // the conclusion itself, cause and remedy, was predicted
  std::vector<Unseen> not_observed;

  // What happened was seen; so was its cause, unless something that was not observed decides.
  bool certain() const;
};

// `filters`: what of the receiving namespace may have acted in TCP's place; unknown by default.
// `there`: what was found at the address that the probe was redirected to; null: it was not, or
// no namespace of this machine is known to have that address.
Probed judge(const Probe& probe, const Diagnosis& predicted, const Filters& filters = {},
             const Diagnosis* there = nullptr);

}  // namespace lab::explain
