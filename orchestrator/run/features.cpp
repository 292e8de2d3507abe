// SPDX-License-Identifier: MIT
#include "run/features.hpp"

namespace lab::run {

std::optional<std::string> why_missing(const std::string&) { return std::nullopt; }

}  // namespace lab::run
