// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace lab {

// A mount namespace of one's own can be kept from propagating only if "/" is a mount
// (do_change_type() in fs/namespace.c), which it is not in most chroots. Throws EnvironmentError
// that says so: "WHAT needs …".
void require_root_mount(std::string_view what);

}  // namespace lab
