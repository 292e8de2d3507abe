// SPDX-License-Identifier: MIT
//
// Stored plays, told to reporters as if they had just been played.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "report/document.hpp"
#include "report/reporter.hpp"

namespace lab::play {

using Reporters = std::vector<std::unique_ptr<report::Reporter>>;

void tell_run(const Reporters& reporters, const report::Run& run);

// A whole document, run by run, and that it is over. Throws UsageError
// (report/document.hpp).
void tell_document(const Reporters& reporters, std::FILE* document, const std::string& name);

}  // namespace lab::play
