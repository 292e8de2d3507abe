// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace lab::check {

// For each of `expected` things one of `seen` things of its own, with
// fits(expected, seen): the largest number of pairs there can be. The result
// has for each seen thing the index of its partner, or `unmatched`.
//
// Why not take the first that fits: "any socket" may take the row that "srv"
// alone could have had, and the tables would seem wrong though they are right.
inline constexpr std::size_t unmatched = static_cast<std::size_t>(-1);
std::vector<std::size_t> match(std::size_t expected, std::size_t seen,
                               const std::function<bool(std::size_t, std::size_t)>& fits);

}  // namespace lab::check
