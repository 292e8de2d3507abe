// SPDX-License-Identifier: MIT
//
// Optional features of this kernel, detected by trying them in a temporary network namespace:
// a version does not show how a kernel was configured, nor a file whether a module loads.
#pragma once

#include <optional>
#include <string>

namespace lab::run {

// Why this kernel lacks a feature of scenario::features(); nothing: it has it. Tried once per
// process. Throws EnvironmentError without CAP_SYS_ADMIN, std::logic_error for an unknown
// feature. Not thread-safe.
std::optional<std::string> why_missing(const std::string& feature);

}  // namespace lab::run
