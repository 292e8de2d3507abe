// SPDX-License-Identifier: MIT
#include "record/lookup.hpp"

#include <algorithm>

namespace lab {

const LookupStep* LookupAnswer::find(LookupStepName step) const {
  const auto found = std::find_if(steps.begin(), steps.end(),
                                  [step](const LookupStep& each) { return each.step == step; });
  return found == steps.end() ? nullptr : &*found;
}

}  // namespace lab
