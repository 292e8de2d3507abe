// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace lab::check {

// A maximum matching of expected with seen items for which fits(expected, seen) is true. The
// result has for each seen item the index of its partner, or `unmatched`.
//
// Taking the first fit is not enough: "any socket" could take the only row that fits "srv",
// and a correct table would fail.
inline constexpr std::size_t unmatched = static_cast<std::size_t>(-1);
std::vector<std::size_t> match(std::size_t expected, std::size_t seen,
                               const std::function<bool(std::size_t, std::size_t)>& fits);

}  // namespace lab::check
