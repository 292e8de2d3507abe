// SPDX-License-Identifier: MIT
//
// What this kernel can do of that which not every kernel can. It is found by
// trying, in a network namespace that is thrown away: a version tells nothing of
// how a kernel was configured, and a file nothing of whether a module loads.
#pragma once

#include <optional>
#include <string>

namespace lab::run {

// Why this kernel lacks a feature, one of scenario::features(); nothing: it has
// it. Tried once a process. Throws EnvironmentError without CAP_SYS_ADMIN,
// std::logic_error for any other word. One thread at a time.
std::optional<std::string> why_missing(const std::string& feature);

}  // namespace lab::run
