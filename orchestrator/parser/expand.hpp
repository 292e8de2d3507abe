// SPDX-License-Identifier: MIT
//
// Expands a file's tree before it is parsed: replaces ${NAME} by the value of a parameter or of
// a loop variable, and each loop by its steps, once for each value. So a parameter can be used
// in any value. Positions in the file are kept.
//
//   parameters: {port: 8888}
//   variants: {low: {port: 1}, high: {port: 65535}}
//   steps:
//     - for: {name: who, in: [a, b], steps: [{close: {socket: "${who}"}}]}
#pragma once

#include <map>
#include <string>
#include <vector>

#include "yaml/yaml_node.hpp"

namespace lab::parser {

// How to read a file: the variant (empty: the first, if there are any), and parameters that
// override the file's.
struct Reading {
  std::string variant;
  std::map<std::string, std::string> parameters;
};

struct Expanded {
  yaml::YamlNode root;  // without loops
  std::map<std::string, std::string> parameters;
  std::vector<std::string> variants;
  std::string variant;
};

// The maximum number of steps from the loops of one file.
inline constexpr std::size_t most_steps = 2000;

// Throws yaml::Problem for an unknown parameter or variant, or loops that are too long.
Expanded expand(const yaml::YamlNode& root, const Reading& reading);

}  // namespace lab::parser
