// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace lab::yaml {

// The comment at the head of the file: the comment lines at its beginning, without
// "# " and without the licence line. Empty lines at its beginning and end are
// removed; ends with a newline unless it is empty.
std::string head_comment(std::string_view text);

}  // namespace lab::yaml
