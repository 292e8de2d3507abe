// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace lab::yaml {

// Throws Problem at the first byte that is not UTF-8, or that begins a control
// character (util/printable.hpp) other than tab and the characters that end a line. libyaml lets
// some through, such as U+0085 and those that turn the direction of the text.
void require_plain_text(std::string_view text);

}  // namespace lab::yaml
