// SPDX-License-Identifier: MIT
//
// What is replaced when a file is read: ${NAME} by the value of a parameter or
// of a loop's word, and a loop by its steps, once for each value. It works on the
// tree of the file, before anything is made of it, so that a parameter may stand
// wherever a value may; places in the file stay as they were.
//
//   parameters: {port: 8888}
//   variants: {low: {port: 1}, high: {port: 65535}}
//   steps:
//     - for: {name: who, in: [a, b], steps: [{close: {socket: "${who}"}}]}
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenario/model.hpp"
#include "scenario/reading.hpp"

namespace lab::scenario {

// How a file is to be read: as which of its variants, with which values of its
// parameters besides. Without a variant: as its first, if it has any.
struct Reading {
  std::string variant;
  std::map<std::string, std::string> parameters;
};

struct Expanded {
  YamlNode root;  // without loops
  std::map<std::string, std::string> parameters;
  std::vector<std::string> variants;
  std::string variant;
};

// All steps that the loops of one file may come to.
inline constexpr std::size_t most_steps = 2000;

// Throws Problem: a parameter that is not there, a variant that sets one that is
// not there, a loop that is too long.
Expanded expand(const YamlNode& root, const Reading& reading);

}  // namespace lab::scenario
