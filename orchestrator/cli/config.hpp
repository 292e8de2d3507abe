// SPDX-License-Identifier: MIT
//
// The configuration file: other defaults for the commands' flags. A flag on the
// command line comes first, then its environment variable, then this file, then
// the program's own default. It is TOML as CLI11 reads it, one section a command,
// one line a flag:
//
//	[run]
//	kernel = "6.12"
//	family = ["ipv4"]
//	verbose = true
//
// It is ${XDG_CONFIG_HOME:-~/.config}/tcp-lookup-lab/config, or what --config or
// LAB_CONFIG name; there is none if these are empty.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>

namespace lab::cli {

// --config, which stands before the command.
CLI::Option* add_config_flag(CLI::App& program);

// The file to read, from the words before the command and from the environment;
// nothing: none. Throws UsageError if one was named that cannot be read.
std::optional<std::string> config_path(int argc, const char* const* argv);

// Makes what the text says the defaults of the flags below `program`, which has
// not been parsed. Throws UsageError: "FILE:LINE: what is wrong; what to write".
void apply_config(CLI::App& program, const std::string& text, const std::string& file);

}  // namespace lab::cli
