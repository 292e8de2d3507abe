// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// Whether this step of the scenario has a part in the play: it is for the family
// and the variant that are played, and was not skipped. What takes no part claims
// no segment.
bool takes_part(const scenario::Scenario& scenario, const Timeline& timeline,
                std::size_t step_index);

}  // namespace lab::check
