// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace lab::persist {

// A file that appears with all of its text in it (O_TMPFILE, then linkat(2)): who
// dies before leaves nothing, and who looks sees nothing half written. False:
// there is one of that name. Throws SystemError, and UsageError when `name` is not one path
// component.
[[nodiscard]] bool make_file(const std::string& folder, const std::string& name,
                             std::string_view text);

}  // namespace lab::persist
