// SPDX-License-Identifier: MIT
//
// The comments of a script. Internal to this module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lab::packetdrill {

struct Comment {
  int line = 0;  // where it begins
  std::string text;  // one line of it, without its marks
};

// In their order; none that is in a string, a command or code. Pure.
std::vector<Comment> comments_of(std::string_view text);

}  // namespace lab::packetdrill
