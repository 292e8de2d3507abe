// SPDX-License-Identifier: MIT
//
// A run as one sequence diagram in SVG: the same ladder as on a text page
// (docs/ladder.md), with arrows that slant as time goes by.
//
// All of it is text, lines and CSS classes: nothing is loaded, no script is needed, and
// words can be selected. Its colours are the CSS variables --ink, --paper, --edge,
// --faint, --good, --bad, --doubtful and --accent, where a page that it stands in sets
// them; else its own, for a light and for a dark screen.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "record/timeline.hpp"

namespace lab::diagram {

struct LadderSvgSettings {
  // The address of a kernel function's source; empty: it is not linked. Each name is
  // class "function" and has data-function, linked or not.
  std::function<std::string(std::string_view function)> href = {};
  // In CSS pixels, at which it is laid out; words wrap to it. 480 is still read on a
  // screen of 360; more than four lanes make it wider than was asked for.
  int width = 480;
  bool collapse = true;  // long stretches of the same
};

// An <svg> element without an XML declaration, to stand in a page or, as it is, in a file.
std::string ladder_svg(const Timeline& timeline, const LadderSvgSettings& settings = {});

}  // namespace lab::diagram
