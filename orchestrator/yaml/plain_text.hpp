// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace lab::yaml {

// Throws Problem at the first byte that is not UTF-8, or that is a control
// character other than tab and newline. yaml-cpp lets both through, and takes
// the character EOT (0x04) for the file's end without a word.
void require_plain_text(std::string_view text);

}  // namespace lab::yaml
