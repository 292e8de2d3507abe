// SPDX-License-Identifier: MIT
//
// Flags that several commands have, and how a report may look here.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "report/style.hpp"

namespace lab::cli {

enum class Color { automatic, always, never };

// --color and LAB_COLOR.
void add_color_flag(CLI::App& command, Color& color);
// -f, --format and LAB_FORMAT: "text" or "json".
void add_format_flag(CLI::App& command, std::string& format);

// Looks at the terminal, the locale, NO_COLOR and COLUMNS.
report::Style style_of(Color color);

}  // namespace lab::cli
