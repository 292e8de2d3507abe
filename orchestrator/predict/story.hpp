// SPDX-License-Identifier: MIT
#pragma once

#include "draw/page.hpp"
#include "scenario/model.hpp"

namespace lab::predict {

// The steps up to the end of the first connect(), without what is expected of them: what one must
// know to predict it.
void draw_story(draw::Page& page, const scenario::Scenario& scenario);

}  // namespace lab::predict
