// SPDX-License-Identifier: MIT
#include "util/path_component.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab {

bool is_path_component(std::string_view name) {
  const auto refused = [](unsigned char c) { return c == '/' || c < 0x20 || c == 0x7F; };
  return !name.empty() && name.size() <= NAME_MAX && name.front() != '.' &&
         std::ranges::none_of(name, refused);
}

void require_path_component(std::string_view name, std::string_view what) {
  if (!is_path_component(name))
    throw UsageError(
        fmt::format("{} {} cannot be part of a path; use one name of at most {} bytes, without "
                    "\"/\" or control characters, that does not begin with a dot",
                    what, in_quotes(name), NAME_MAX));
}

std::string path_in(std::string_view folder, std::string_view name, std::string_view what) {
  require_path_component(name, what);
  return fmt::format("{}/{}", folder, name);
}

}  // namespace lab
