// SPDX-License-Identifier: MIT
//
// How the outcome of a check looks.
#pragma once

#include <string_view>
#include <utility>

#include "draw/page.hpp"
#include "record/timeline.hpp"

namespace lab::draw {

// A pass is good, a fail bad, what was not observed doubtful.
Ink ink_of(Outcome outcome);

// Its glyph and the ink of that.
std::pair<std::string_view, Ink> mark_of(const Glyphs& glyphs, Outcome outcome);

}  // namespace lab::draw
