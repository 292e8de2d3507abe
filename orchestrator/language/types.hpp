// SPDX-License-Identifier: MIT
//
// The types of values in a scenario's file.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "language/definition.hpp"
#include "scenario/model.hpp"

namespace lab::language {

Type<std::string> text();
Type<scenario::Payload> payload();  // a text; a parameter may make it empty
Type<bool> flag();
Type<std::int64_t> integer(std::int64_t least, std::int64_t most);
Type<std::chrono::milliseconds> duration();
Type<int> errno_value();
// One of the words; `what` names the kind of word in messages: "verdict".
Type<std::string> choice(std::string what, std::vector<std::string> words);
// The same, with a value for each word.
template <typename Value>
Type<Value> one_of(std::string what, std::vector<std::pair<std::string, Value>> words);
Type<TcpState> state();
Type<Family> family();
Type<std::map<std::string, std::string>> sysctls();

// The key `bytes` of a step that may have `data`. Throws Problem if there are both, or, with
// `needed`, neither.
void read_bytes(scenario::Payload& data, const Fields& fields, std::int64_t most, bool needed);

// Names that the file has defined (names.hpp).
Type<std::string> host();
Type<std::vector<std::string>> hosts();  // one or several, without duplicates
Type<std::string> linked_host();
Type<std::string> open_socket();
Type<std::string> any_socket();  // it may be closed
Type<std::string> program();
// A name that this step defines.
Type<std::string> new_name(std::string of_what);

enum class Port { never_zero, may_be_zero };
Type<scenario::Place> place(Port zero);
Type<TcpFlags> flags();
Type<scenario::PathSegment> path_segment();          // "client:40000 > server:8888 S"
Type<scenario::ExpectedSegment> expected_segment();  // "client > server S. seq 0 ack 1 length 5"
Type<scenario::InjectedSegment> injected_segment();

template <typename Value>
Type<Value> one_of(std::string what, std::vector<std::pair<std::string, Value>> values) {
  std::vector<std::string> words;
  for (const auto& [word, value] : values) words.push_back(word);
  const auto type = choice(std::move(what), words);
  return {type.words, type.schema,
          [type, values](const YamlNode& node, std::string_view key, Names& names) {
            const std::string chosen = type.read(node, key, names);
            for (const auto& [word, value] : values)
              if (word == chosen) return value;
            throw Problem(node.at, chosen);  // not reached: choice() refuses other words
          }};
}

// A list; with `one_too`, also a single value.
template <typename Value>
Type<std::vector<Value>> list(const Type<Value>& item, bool one_too = false);

template <typename Value>
Type<std::vector<Value>> list(const Type<Value>& item, bool one_too) {
  const auto schema = [of_item = item.schema, one_too]() -> nlohmann::json {
    nlohmann::json several = {{"type", "array"}, {"items", of_item()}};
    if (!one_too) return several;
    several["minItems"] = 1;
    return {{"oneOf", {of_item(), several}}};
  };
  return {one_too ? item.words + ", or a list of them" : "a list: " + item.words, schema,
          [one_too, read = item.read](const YamlNode& node, std::string_view what, Names& names) {
            std::vector<Value> values;
            if (one_too)
              for (const YamlNode* each : one_or_list(node, what))
                values.push_back(read(*each, what, names));
            else
              for (const YamlNode& each : list_of(node, what))
                values.push_back(read(each, what, names));
            return values;
          }};
}

}  // namespace lab::language
