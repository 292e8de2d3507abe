// SPDX-License-Identifier: MIT
#include "yaml/fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::yaml {
namespace {

std::string_view kind_name(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "one value";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
  }
  return "";
}

// The node for messages: its value if it is a scalar, otherwise what it is.
std::string shown(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar) return fmt::format("\"{}\"", node.text);
  return std::string(kind_name(node));
}

}  // namespace

std::string unknown(std::string_view word, const std::vector<std::string>& known) {
  const auto near = nearest(word, known);
  if (!near.empty())
    return fmt::format("\"{}\"; did you mean \"{}\"?", word, fmt::join(near, "\" or \""));
  if (known.empty()) return fmt::format("\"{}\"", word);
  return fmt::format("\"{}\"; choose one of {}", word, fmt::join(known, ", "));
}

Fields::Fields(const YamlNode& node, std::string what, const Known& known)
    : node_(node), what_(std::move(what)), known_(known) {
  if (node.kind != YamlNode::Kind::map && node.kind != YamlNode::Kind::null)
    throw Problem(node.at, fmt::format("{} is {}, it must be a map; write {}", what_,
                                       kind_name(node), example()));
  for (const YamlEntry& entry : node.entries) {
    if (std::ranges::find(known_, entry.key, &KnownKey::name) != known_.end()) continue;
    std::vector<std::string> keys;
    for (const KnownKey& key : known_) keys.push_back(key.name);
    throw Problem(entry.at, fmt::format("{} has no key {}", what_, unknown(entry.key, keys)));
  }
}

const YamlNode* Fields::find(std::string_view key) const {
  for (const YamlEntry& entry : node_.entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

const YamlNode& Fields::need(std::string_view key) const {
  if (const YamlNode* node = find(key)) return *node;
  throw Problem(node_.at, fmt::format("{} lacks \"{}\"; write {}", what_, key, example()));
}

std::string Fields::example() const {
  const bool some_required =
      std::any_of(known_.begin(), known_.end(), [](const KnownKey& key) { return key.required; });
  std::vector<std::string> pairs;
  for (const KnownKey& key : known_)
    if (key.required || !some_required)
      pairs.push_back(fmt::format("{}: {}", key.name, key.example));
  return fmt::format("{{{}}}", fmt::join(pairs, ", "));
}

std::string text_of(const YamlNode& node, std::string_view what) {
  if (node.kind != YamlNode::Kind::scalar || node.text.empty())
    throw Problem(node.at,
                  fmt::format("{} is {}, it must be one value; write a text", what,
                              node.kind == YamlNode::Kind::scalar ? "empty" : kind_name(node)));
  return node.text;
}

bool bool_of(const YamlNode& node, std::string_view what) {
  if (node.kind == YamlNode::Kind::scalar && node.text == "true") return true;
  if (node.kind == YamlNode::Kind::scalar && node.text == "false") return false;
  throw Problem(node.at, fmt::format("{} is {}; write true or false", what, shown(node)));
}

std::int64_t integer_of(const YamlNode& node, std::string_view what, std::int64_t least,
                        std::int64_t most) {
  const auto value =
      node.kind == YamlNode::Kind::scalar ? to_integer<std::int64_t>(node.text) : std::nullopt;
  if (!value || *value < least || *value > most)
    throw Problem(node.at, fmt::format("{} is {}; write a number from {} to {}", what, shown(node),
                                       least, most));
  return *value;
}

std::chrono::milliseconds duration_of(const YamlNode& node, std::string_view what) {
  constexpr std::int64_t most = 600'000;
  if (node.kind == YamlNode::Kind::scalar) {
    const std::string_view text = node.text;
    const std::size_t digits = text.find_first_not_of("0123456789");
    const auto number = to_integer<std::int64_t>(text.substr(0, digits));
    const auto unit = digits == std::string_view::npos ? "" : text.substr(digits);
    const std::int64_t factor = unit == "ms" ? 1 : unit == "s" ? 1000 : 0;
    if (number && factor != 0 && *number >= 1 && *number <= most / factor)
      return std::chrono::milliseconds(*number * factor);
  }
  throw Problem(node.at, fmt::format("{} is {}; write a time from 1ms to 600s, such as 500ms or 5s",
                                     what, shown(node)));
}

int errno_of(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar) {
    if (node.text == "0") return 0;
    if (const int error = errno_from_name(node.text)) return error;
    constexpr int largest = 133;  // as in errno_from_name()
    std::vector<std::string> names;
    for (int error = 1; error <= largest; ++error) names.push_back(errno_name(error));
    if (const auto near = nearest(node.text, names); !near.empty())
      throw Problem(node.at, fmt::format("there is no errno {}", unknown(node.text, names)));
  }
  throw Problem(node.at, fmt::format("error is {}; write an errno such as ECONNREFUSED, or 0 "
                                     "for success",
                                     shown(node)));
}

std::string choice_of(const YamlNode& node, std::string_view what,
                      const std::vector<std::string>& choices) {
  const std::string word = text_of(node, what);
  if (std::find(choices.begin(), choices.end(), word) == choices.end())
    throw Problem(node.at, fmt::format("there is no {} {}", what, unknown(word, choices)));
  return word;
}

std::string name_of(const YamlNode& node, std::string_view what) {
  const std::string name = text_of(node, what);
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto inner = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (name.size() > longest_name)
    throw Problem(node.at, fmt::format("{} \"{}\" has {} characters; a name has at most {}", what,
                                       name, name.size(), longest_name));
  if (!letter(name[0]) || !std::all_of(name.begin(), name.end(), inner))
    throw Problem(node.at, fmt::format("{} \"{}\" is not a name; write a letter, then letters, "
                                       "digits, - and _, at most {}",
                                       what, name, longest_name));
  return name;
}

std::vector<const YamlNode*> one_or_list(const YamlNode& node, std::string_view what) {
  if (node.kind == YamlNode::Kind::scalar) return {&node};
  if (node.kind != YamlNode::Kind::sequence || node.items.empty())
    throw Problem(node.at, fmt::format("{} is {}; write one value or a list of them", what,
                                       node.items.empty() && node.kind == YamlNode::Kind::sequence
                                           ? "an empty list"
                                           : kind_name(node)));
  std::vector<const YamlNode*> items;
  for (const YamlNode& item : node.items) items.push_back(&item);
  return items;
}

const std::vector<YamlNode>& list_of(const YamlNode& node, std::string_view what) {
  if (node.kind != YamlNode::Kind::sequence)
    throw Problem(node.at, fmt::format("{} is {}, it must be a list; write [...], and [] for none",
                                       what, shown(node)));
  return node.items;
}

}  // namespace lab::yaml
