// SPDX-License-Identifier: MIT
//
// Names in stored documents. They may become part of a path, such as that of a capture,
// and so are refused where they are read unless each is one path component
// (util/path_component.hpp). Throws UsageError that names the place in the document.
#pragma once

#include <string>

#include "json/place.hpp"

namespace lab {

std::string name_at(const JsonPlace& from);
std::string name_or_empty_at(const JsonPlace& from);

// The member of an object; of the second, empty if it is missing.
std::string name_in(const JsonPlace& from, const char* member);
std::string maybe_name_in(const JsonPlace& from, const char* member);

}  // namespace lab
