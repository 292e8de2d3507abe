// SPDX-License-Identifier: MIT
//
// Flags that several commands share, and the style of the output.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "draw/style.hpp"

namespace lab::cli {

enum class Color { automatic, always, never };

// --color and LAB_COLOR.
void add_color_flag(CLI::App& command, Color& color);
// -f, --format and LAB_FORMAT: "text" or "json".
void add_format_flag(CLI::App& command, std::string& format);

// --netns and LAB_NETNS, for the commands that look at a network namespace.
void add_netns_flag(Commands& commands, CLI::App& command, std::string& netns);
// --state and LAB_STATE; may be repeated.
void add_state_flag(CLI::App& command, std::vector<std::string>& states);
// --pcap and LAB_PCAP: a directory.
void add_pcap_flag(Commands& commands, CLI::App& command, std::string& directory);

// From the terminal, the locale, NO_COLOR and COLUMNS.
draw::Style style_of(Color color);

}  // namespace lab::cli
