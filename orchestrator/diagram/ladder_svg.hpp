// SPDX-License-Identifier: MIT
//
// Draws a ladder (docs/ladder.md) as SVG, with slanting arrows.
//
// It contains only text, lines and CSS classes: no external resources and no script. Its colours
// are the CSS variables --ink, --paper, --edge, --faint, --good, --bad, --doubtful and --accent
// if the surrounding page sets them; otherwise its own, for light and dark screens.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "record/timeline.hpp"

namespace lab::diagram {

struct LadderSvgSettings {
  // The address of a kernel function's source; empty: no link. Each name has class "function"
  // and data-function, with or without link.
  std::function<std::string(std::string_view function)> href = {};
  // The layout width in CSS pixels, at which words wrap. 480 is readable on a screen of 360; more
  // than four lanes, and times of many digits, make the drawing wider.
  int width = 480;
  bool collapse = true;  // merge similar rows
};

// An <svg> element without an XML declaration, for a page or a file.
std::string ladder_svg(const Timeline& timeline, const LadderSvgSettings& settings = {});

}  // namespace lab::diagram
