// SPDX-License-Identifier: MIT
//
// Glyph and ink of a check's outcome.
#pragma once

#include <string_view>
#include <utility>

#include "draw/page.hpp"
#include "record/timeline.hpp"

namespace lab::draw {

// good for pass, bad for fail, doubtful for not observed.
Ink ink_of(Outcome outcome);

// The glyph in that ink.
std::pair<std::string_view, Ink> mark_of(const Glyphs& glyphs, Outcome outcome);

}  // namespace lab::draw
