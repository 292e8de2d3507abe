// SPDX-License-Identifier: MIT
//
// The style sheets of the drawings, embedded in the program
// (cmake/Embed.cmake): ladder.css is asset::ladder_css.
#pragma once

#include <string_view>

namespace lab::diagram::asset {

extern const std::string_view ladder_css, topology_css;

}  // namespace lab::diagram::asset
