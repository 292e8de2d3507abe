// SPDX-License-Identifier: MIT
#include "report/reporter.hpp"

#include <fmt/format.h>

#include "report/json.hpp"
#include "report/text.hpp"
#include "util/error.hpp"

namespace lab::report {

std::unique_ptr<Reporter> make_reporter(std::string_view format, std::ostream& out,
                                        const Style& style) {
  if (format == "text") return std::make_unique<TextReporter>(out, style);
  if (format == "json") return std::make_unique<JsonReporter>(out);
  throw UsageError(fmt::format("unknown format '{}': use text or json", format));
}

}  // namespace lab::report
