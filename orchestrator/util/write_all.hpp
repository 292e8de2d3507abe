// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "util/fd.hpp"

namespace lab {

// write(2) until all of it is written. `object` is named in the SystemError that
// it throws. Not for non-blocking descriptors.
void write_all(const Fd& file, std::string_view bytes, std::string_view object);

}  // namespace lab
