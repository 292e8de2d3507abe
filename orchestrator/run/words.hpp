// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "record/timeline.hpp"

namespace lab::run {

// Replaces each $NAME in `text` by the first address of the host of that name or by the value
// of a Let step, $loopback by 127.0.0.1 or ::1, and "$$" by "$". Puts an IPv6 address in
// brackets before a ":" and after "//", as RFC 3986 (3.2.2) requires. Throws UsageError when
// there is neither a host nor a value of that name.
std::string replace_names(std::string_view text, const Timeline& timeline);

}  // namespace lab::run
