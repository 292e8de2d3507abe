// SPDX-License-Identifier: MIT
//
// How --help looks: a flag with the values it takes, and behind what it does its
// default and its environment variable.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

namespace lab::cli {

// For a program and all commands that are added to it afterwards.
std::shared_ptr<CLI::FormatterBase> make_help();

// What one writes behind a flag: "{text,json}", "N", "TIME"; empty: nothing.
std::string value_name(const CLI::Option& flag);
// The values, if they are a set: {"text", "json"}.
std::vector<std::string> choices_of(const CLI::Option& option);

}  // namespace lab::cli
