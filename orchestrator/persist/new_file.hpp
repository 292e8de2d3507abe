// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace lab::persist {

// A file that appears with its whole text (O_TMPFILE, then linkat(2)): a process that
// dies before leaves nothing, and a reader never sees half of it. False: a file of that
// name exists. Throws SystemError, and UsageError when `name` is not one path component.
[[nodiscard]] bool make_file(const std::string& folder, const std::string& name,
                             std::string_view text);

}  // namespace lab::persist
