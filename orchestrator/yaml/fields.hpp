// SPDX-License-Identifier: MIT
//
// Typed access to a map of the file. Every reader throws Problem, which says
// where, what is wrong and what to write instead.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "yaml/yaml_node.hpp"

namespace lab::yaml {

// `"x"; did you mean "y"?`, or `"x"; choose one of a, b, c` when nothing is near.
std::string unknown(std::string_view word, const std::vector<std::string>& known);

// A map whose keys are known beforehand. Each comes with an example value,
// from which the messages say what to write.
class Fields {
 public:
  struct KnownKey {
    std::string name;
    std::string example;
    bool required = false;
  };
  using Known = std::vector<KnownKey>;

  // `what` names the map in messages: "bind", "a link". A node that is absent
  // counts as an empty map. Both `node` and `known` must outlive this. Throws Problem
  // unless it is a map of known keys.
  Fields(const YamlNode& node, std::string what, const Known& known);
  Fields(const YamlNode& node, std::string what, Known&& known) = delete;

  const YamlNode* find(std::string_view key) const;  // null: missing
  const YamlNode& need(std::string_view key) const;  // throws Problem

  Position at() const { return node_.at; }

 private:
  std::string example() const;  // "{socket: srv, to: …}": the required keys; if none, all

  const YamlNode& node_;
  std::string what_;
  const Known& known_;
};

std::string text_of(const YamlNode& node, std::string_view what);  // one scalar, not empty
bool bool_of(const YamlNode& node, std::string_view what);
std::int64_t integer_of(const YamlNode& node, std::string_view what, std::int64_t least,
                        std::int64_t most);
std::chrono::milliseconds duration_of(const YamlNode& node, std::string_view what);
int errno_of(const YamlNode& node);  // "ECONNREFUSED" or 0

// One of `choices`; `what` is "verdict", "family".
std::string choice_of(const YamlNode& node, std::string_view what,
                      const std::vector<std::string>& choices);

// A letter, then letters, digits, "-" and "_"; at most so many.
inline constexpr std::size_t longest_name = 32;
std::string name_of(const YamlNode& node, std::string_view what);

// The items of a list; a single value counts as a list of one.
std::vector<const YamlNode*> one_or_list(const YamlNode& node, std::string_view what);
// The items of a list, which may be empty.
const std::vector<YamlNode>& list_of(const YamlNode& node, std::string_view what);

}  // namespace lab::yaml
