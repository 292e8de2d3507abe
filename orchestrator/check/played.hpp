// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// Whether this step takes part in the play: it is for the play's family and variant and was
// not skipped. Other steps claim no segments.
bool takes_part(const scenario::Scenario& scenario, const Timeline& timeline,
                std::size_t step_index);

}  // namespace lab::check
