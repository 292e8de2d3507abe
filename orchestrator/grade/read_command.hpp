// SPDX-License-Identifier: MIT
//
// Reads the parts of a check of rubric.yaml that is a command.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "grade/assignment.hpp"
#include "yaml/fields.hpp"

namespace lab::grade {

// A path inside a folder: components that are harmless in a path, and no "..". Throws Problem.
std::string inner_path(const yaml::YamlNode& node, std::string_view what);

// Of the check's keys run, files, status and judge. Nothing: it has no `run`. Throws Problem.
std::optional<Command> command_of(const yaml::Fields& fields, const std::string& check);

// Its files exist in the assignment's folder, and can be read. Throws Problem.
void require_files(const Assignment& assignment, const RubricCheck& check,
                   const yaml::Position& at);

}  // namespace lab::grade
