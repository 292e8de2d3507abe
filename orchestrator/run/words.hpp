// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "record/timeline.hpp"

namespace lab::run {

// `text` with each $NAME replaced: by the first address of the host of that
// name, by the value that a Let step has given it, or, of "loopback", by 127.0.0.1
// or ::1. "$$" is a "$". An IPv6
// address stands in brackets where a port or a path may follow, as RFC 3986
// (3.2.2) wants it: before a ":" and after "//". Throws UsageError when there is
// neither host nor value of that name.
std::string replace_names(std::string_view text, const Timeline& timeline);

}  // namespace lab::run
