// SPDX-License-Identifier: MIT
#include "parser/expand.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "parser/parse_parts.hpp"

namespace lab::parser {

using yaml::unknown;

namespace {

// Limits for a whole file in addition to most_steps: passes through loops (which may have no
// steps), and bytes of all texts and keys.
constexpr std::size_t most_passes = 10'000;
constexpr std::size_t most_expanded_text = 1 << 22;

using Values = std::map<std::string, std::string>;

std::vector<std::string> names_of(const Values& values) {
  std::vector<std::string> names;
  for (const auto& [name, value] : values) names.push_back(name);
  return names;
}

const YamlNode* find(const YamlNode& map, std::string_view key) {
  for (const YamlEntry& entry : map.entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

std::string name_of_key(const YamlEntry& entry, std::string_view what) {
  YamlNode name;
  name.kind = YamlNode::Kind::scalar;
  name.at = entry.at;
  name.text = entry.key;
  return name_of(name, what);
}

// A map from names to single values.
Values values_of(const YamlNode& node, std::string_view what) {
  if (node.kind != YamlNode::Kind::map && node.kind != YamlNode::Kind::null)
    throw Problem(node.at,
                  fmt::format("{} must be a map from names to values; write {{port: 8888}}", what));
  Values values;
  for (const YamlEntry& entry : node.entries) {
    const std::string name = name_of_key(entry, "parameter");
    if (entry.value.kind != YamlNode::Kind::scalar)
      throw Problem(entry.at, fmt::format("parameter \"{}\" needs one value", entry.key));
    values[name] = entry.value.text;
  }
  return values;
}

void require_known(const Values& values, const std::string& name, Position at) {
  if (!values.contains(name))
    throw Problem(at, fmt::format("there is no parameter {}", unknown(name, names_of(values))));
}

class Expander {
 public:
  explicit Expander(Values values) : values_(std::move(values)) {}

  YamlNode expanded(const YamlNode& node) {
    YamlNode result = node;
    switch (node.kind) {
      case YamlNode::Kind::null:
        break;
      case YamlNode::Kind::scalar:
        result.text = replaced(node);
        break;
      case YamlNode::Kind::map:
        for (YamlEntry& entry : result.entries) {
          count_text(entry.key.size(), entry.at);
          entry.value = expanded(entry.value);
        }
        break;
      case YamlNode::Kind::sequence:
        result.items.clear();
        for (const YamlNode& item : node.items) add(item, result.items);
        break;
    }
    return result;
  }

 private:
  // Plus one, because an empty text takes memory, too.
  void count_text(std::size_t bytes, Position at) {
    text_ += bytes + 1;
    if (text_ > most_expanded_text)
      throw Problem(at,
                    fmt::format("with parameters and loops expanded, the texts have more than {} "
                                "bytes; use fewer or shorter ones",
                                most_expanded_text));
  }

  std::string replaced(const YamlNode& node) {
    count_text(node.text.size(), node.at);
    std::string text;
    std::size_t from = 0;
    for (;;) {
      const std::size_t begin = node.text.find("${", from);
      if (begin == std::string::npos) return text + node.text.substr(from);
      const std::size_t end = node.text.find('}', begin);
      if (end == std::string::npos)
        throw Problem(node.at, fmt::format("\"{}\" has a ${{ that is not closed", node.text));
      const std::string name = node.text.substr(begin + 2, end - begin - 2);
      const auto value = values_.find(name);
      if (value == values_.end())
        throw Problem(node.at, fmt::format("there is no parameter {}; write it under parameters:",
                                           unknown(name, names_of(values_))));
      count_text(value->second.size(), node.at);
      text.append(node.text, from, begin - from).append(value->second);
      from = end + 1;
    }
  }

  // Adds an item of a list, or the items of a loop.
  void add(const YamlNode& item, std::vector<YamlNode>& into) {
    if (item.kind == YamlNode::Kind::map && !item.entries.empty() &&
        item.entries.front().key == "for") {
      if (item.entries.size() > 1)
        throw Problem(item.entries[1].at, "for: excludes other keys; move them into its steps");
      loop(item.entries.front().value, into);
      return;
    }
    if (depth_ > 0 && ++steps_ > most_steps)
      throw Problem(item.at,
                    fmt::format("the loops expand to more than {} steps; no scenario needs "
                                "that",
                                most_steps));
    into.push_back(expanded(item));
  }

  void loop(const YamlNode& node, std::vector<YamlNode>& into) {
    Fields::Known known;
    for (const Key& key : loop_keys()) known.push_back({key.name, key.example, key.required});
    const Fields fields(node, "for", known);
    const std::string name = name_of(fields.need("name"), "loop");
    if (values_.contains(name))
      throw Problem(fields.need("name").at,
                    fmt::format("there already is a parameter \"{}\"; choose another name", name));
    ++depth_;
    for (const YamlNode& value : list_of(fields.need("in"), "in")) {
      if (++passes_ > most_passes)
        throw Problem(node.at,
                      fmt::format("the loops have more than {} iterations; no scenario needs "
                                  "that",
                                  most_passes));
      const YamlNode plain = expanded(value);
      values_[name] = text_of(plain, "a value of the loop");
      for (const YamlNode& step : list_of(fields.need("steps"), "steps")) add(step, into);
    }
    --depth_;
    values_.erase(name);
  }

  Values values_;
  std::size_t steps_ = 0;   // in loops
  std::size_t passes_ = 0;  // through loops
  std::size_t text_ = 0;    // bytes, as count_text() counts them
  int depth_ = 0;           // of nested loops
};

}  // namespace

Expanded expand(const YamlNode& root, const Reading& reading) {
  Expanded result;
  if (const YamlNode* parameters = find(root, "parameters"))
    result.parameters = values_of(*parameters, "parameters");

  if (const YamlNode* variants = find(root, "variants")) {
    if (variants->kind != YamlNode::Kind::map || variants->entries.empty())
      throw Problem(variants->at,
                    "variants must be a map; write {low: {port: 1}, high: {port: 2}}");
    for (const YamlEntry& variant : variants->entries) {
      result.variants.push_back(name_of_key(variant, "variant"));
      const Values sets = values_of(variant.value, fmt::format("variant \"{}\"", variant.key));
      const bool is_read =
          reading.variant.empty() ? result.variants.size() == 1 : reading.variant == variant.key;
      if (is_read) result.variant = variant.key;
      for (const auto& [name, value] : sets) {
        require_known(result.parameters, name, variant.at);
        if (is_read) result.parameters[name] = value;
      }
    }
  }
  if (!reading.variant.empty() && result.variant.empty())
    throw Problem({1, 1},
                  fmt::format("there is no variant {}", unknown(reading.variant, result.variants)));
  for (const auto& [name, value] : reading.parameters) {
    require_known(result.parameters, name, {1, 1});
    result.parameters[name] = value;
  }

  result.root = root;
  Expander expander(result.parameters);
  for (YamlEntry& entry : result.root.entries)
    if (entry.key != "parameters" && entry.key != "variants")
      entry.value = expander.expanded(entry.value);
  return result;
}

}  // namespace lab::parser
