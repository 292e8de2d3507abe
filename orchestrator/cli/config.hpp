// SPDX-License-Identifier: MIT
//
// The configuration file: the user's defaults for flags. A flag on the command line
// overrides its environment variable, which overrides this file, which overrides the
// program's default. The format is TOML as CLI11 reads it, one section per command, one
// line per flag:
//
//	[run]
//	kernel = "6.12"
//	family = ["ipv4"]
//	verbose = true
//
// The file is ${XDG_CONFIG_HOME:-~/.config}/tcp-lookup-lab/config, unless --config or
// LAB_CONFIG name another; an empty name means no file.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>

namespace lab::cli {

// --config, which goes before the command.
CLI::Option* add_config_flag(CLI::App& program);

// The file to read, from the words before the command and from the environment. Nothing:
// no file was named and the default one does not exist.
std::optional<std::string> config_path(int argc, const char* const* argv);

// Makes the settings in `text` the defaults of the flags below `program`. Call it before
// parsing. Throws UsageError: "FILE:LINE: what is wrong; what to write".
void apply_config(CLI::App& program, const std::string& text, const std::string& file);

}  // namespace lab::cli
