// SPDX-License-Identifier: MIT
#include "json/stored_name.hpp"

#include "util/path_component.hpp"
#include "util/text.hpp"

namespace lab {

std::string name_at(const JsonPlace& from) {
  const std::string text = from.as<std::string>();
  if (!is_path_component(text))
    from.refuse(
        fmt::format("{} cannot be a name: it is empty, begins with a dot, holds \"/\" or "
                    "a control character, or is too long",
                    in_quotes(text)));
  return text;
}

std::string name_or_empty_at(const JsonPlace& from) {
  return from.as<std::string>().empty() ? "" : name_at(from);
}

std::string name_in(const JsonPlace& from, const char* member) { return name_at(from.at(member)); }

std::string maybe_name_in(const JsonPlace& from, const char* member) {
  const auto place = from.find(member);
  return place ? name_or_empty_at(*place) : "";
}

}  // namespace lab
