// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <ostream>

#include "report/reporter.hpp"

namespace lab::html {

// The page of all plays that left something to show (page.hpp), written when all is
// known. Of a play that is repeated it has the first run, and the first that failed.
// `out` must outlive it.
std::unique_ptr<report::Reporter> make_html_reporter(std::ostream& out);

}  // namespace lab::html
