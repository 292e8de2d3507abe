// SPDX-License-Identifier: MIT
//
// The layout of --help: each flag with its values, its description, its default and its
// environment variable.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

namespace lab::cli {

// Set it on a program before adding commands: they inherit it.
std::shared_ptr<CLI::FormatterBase> make_help();

// The placeholder for a flag's value: "{text,json}", "N", "TIME"; empty: it takes none.
std::string value_name(const CLI::Option& flag);
// The values, if they are a set: {"text", "json"}.
std::vector<std::string> choices_of(const CLI::Option& option);

}  // namespace lab::cli
