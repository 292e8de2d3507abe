// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace lab::yaml {

// Throws Problem at the first byte that is not UTF-8, or that begins a control
// character (util/printable.hpp) other than tab and the characters that end a line. yaml-cpp lets
// both through, and silently takes the character EOT (0x04) for the end of the file.
void require_plain_text(std::string_view text);

}  // namespace lab::yaml
