// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <ostream>

#include "report/reporter.hpp"

namespace lab::html {

// Writes the page (page.hpp) at the end. For a repeated play it has the first run and the first
// failed one. `out` must outlive the reporter.
std::unique_ptr<report::Reporter> make_html_reporter(std::ostream& out);

}  // namespace lab::html
