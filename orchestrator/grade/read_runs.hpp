// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "report/document.hpp"

namespace lab::grade {

// All runs of a report. `name`: for messages. Throws UsageError.
std::vector<report::Run> read_runs(std::FILE* document, const std::string& name);

}  // namespace lab::grade
