// SPDX-License-Identifier: MIT
//
// What a scenario may need that this kernel, or this machine, may lack.
#pragma once

#include <optional>
#include <string>

namespace lab::run {

// Why this feature, one of scenario::features(), is not to be had here, in words
// for people. Nothing: it is.
std::optional<std::string> why_missing(const std::string& feature);

}  // namespace lab::run
