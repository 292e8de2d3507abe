// SPDX-License-Identifier: MIT
#include "draw/marks.hpp"

namespace lab::draw {

Ink ink_of(Outcome outcome) {
  return outcome == Outcome::pass ? Ink::good : outcome == Outcome::fail ? Ink::bad : Ink::doubtful;
}

std::pair<std::string_view, Ink> mark_of(const Glyphs& glyphs, Outcome outcome) {
  return {outcome == Outcome::pass   ? glyphs.pass
          : outcome == Outcome::fail ? glyphs.fail
                                     : glyphs.not_observed,
          ink_of(outcome)};
}

}  // namespace lab::draw
