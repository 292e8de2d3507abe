// SPDX-License-Identifier: MIT
//
// Passes stored plays to reporters as if they had just run.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "report/document.hpp"
#include "report/reporter.hpp"

namespace lab::play {

using Reporters = std::vector<std::unique_ptr<report::Reporter>>;

void report_run(const Reporters& reporters, const report::Run& run);

// Reports a whole document, run by run, and finishes. Throws UsageError
// (report/document.hpp).
void report_document(const Reporters& reporters, std::FILE* document, const std::string& name);

}  // namespace lab::play
