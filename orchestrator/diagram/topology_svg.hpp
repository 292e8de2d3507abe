// SPDX-License-Identifier: MIT
//
// A topology as SVG 1.1: hosts as boxes, links as lines between interfaces.
#pragma once

#include <string>

#include "diagram/topology.hpp"

namespace lab::diagram {

struct SvgSettings {
  // The prefix of ids in the drawing; must be unique in the page.
  std::string id = "topology";
  // True: a file with XML declaration and style. False: an element for an HTML page that contains
  // topology_style() once.
  bool standalone = true;
};

// Well-formed XML for any names.
std::string topology_svg(const Topology& topology, const SvgSettings& settings = {});

// The drawing's CSS. Every class begins with "topology". Follows the reader's colour scheme; a
// page can override it by setting the variables --topology-ink,
// --topology-faint, --topology-line, --topology-box and --topology-link.
std::string topology_style();

}  // namespace lab::diagram
