// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace lab::yaml {

// What the writer says at the head of the file, before anything else: the
// comment lines at its beginning, without their "# " and without the line that
// names the licence. Empty lines at its begin and end are left out; ends with a
// newline unless it is empty.
std::string head_comment(std::string_view text);

}  // namespace lab::yaml
