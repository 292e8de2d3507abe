// SPDX-License-Identifier: MIT
//
// The kernel series that a guest can have. The build has a target for each
// (LAB_KERNELS in cmake/Guest.cmake; a test keeps the two alike), and
// cmake/fetch-kernel.sh knows where each comes from.
#pragma once

#include <array>
#include <string_view>

namespace lab::vm {

inline constexpr std::array<std::string_view, 2> known_series = {"6.1", "6.12"};

}  // namespace lab::vm
