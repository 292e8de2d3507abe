// SPDX-License-Identifier: MIT
//
// A YAML document as a tree whose nodes know their position in the file.
//
// The tree is built from the events of libyaml's parser. Two equal keys are refused
// there, and aliases, with which a few lines can expand to gigabytes.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "yaml/position.hpp"

namespace lab::yaml {

// A mistake at a place in the file: "what is wrong; what to write instead".
// parse() prepends the file's name and throws a UsageError.
struct Problem : std::runtime_error {
  Problem(Position where, const std::string& what) : std::runtime_error(what), at(where) {}
  Position at;
};

struct YamlEntry;

struct YamlNode {
  enum class Kind { null, scalar, sequence, map };

  Kind kind = Kind::null;
  Position at;                     // for a null value: that of its key
  std::string text;                // scalar
  std::vector<YamlNode> items;     // sequence
  std::vector<YamlEntry> entries;  // map, in the file's order
};

struct YamlEntry {
  std::string key;
  Position at;
  YamlNode value;
};

// Limits far above what a scenario needs: anything beyond is a mistake.
inline constexpr std::size_t largest_text = 1 << 18;  // bytes
inline constexpr std::size_t deepest_nesting = 16;    // maps and lists inside each other

// Reads one document. Throws Problem for broken YAML, text that is not UTF-8,
// equal keys in one map, anchors, aliases and tags, and beyond the bounds above.
YamlNode read_yaml(std::string_view text);

}  // namespace lab::yaml
