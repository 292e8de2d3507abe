// SPDX-License-Identifier: MIT
//
// A topology as SVG 1.1: hosts as boxes, links as lines from interface to
// interface.
#pragma once

#include <string>

#include "diagram/topology.hpp"

namespace lab::diagram {

struct SvgSettings {
  // What ids in the drawing begin with: unique in the page that it is put into.
  std::string id = "topology";
  // A file of its own: with a declaration of XML, and the style in it. Without:
  // an element for an HTML page, which has topology_style() once.
  bool standalone = true;
};

// Well-formed XML, whatever the names hold.
std::string topology_svg(const Topology& topology, const SvgSettings& settings = {});

// The drawing's CSS. Every class begins with "topology". Dark where the reader
// prefers it; a page that decides otherwise sets the variables --topology-ink,
// --topology-faint, --topology-line, --topology-box and --topology-link.
std::string topology_style();

}  // namespace lab::diagram
