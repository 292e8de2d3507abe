// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "draw/page.hpp"
#include "scenario/model.hpp"

namespace lab::predict {

struct StoryStep {
  std::size_t number = 0;  // from 1
  std::string words;       // "connect cli to server:8888"
};

// The steps up to the end of the first connect(), without what is expected of them: what one must
// know to predict it.
std::vector<StoryStep> story_of(const scenario::Scenario& scenario);
void draw_story(draw::Page& page, const scenario::Scenario& scenario);

}  // namespace lab::predict
