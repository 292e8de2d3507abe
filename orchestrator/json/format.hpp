// SPDX-License-Identifier: MIT
//
// How a value is stored as JSON. A format is a type with three static functions:
//
//   json write(const T&)          the value as JSON
//   T read(const JsonPlace&)      the same, read; UsageError that names the place, if it is invalid
//   Schema schema(Definitions&)   what the JSON looks like
//
// Format<T> is the usual one of a type. A member that is stored in another way, such as an errno
// by its name, names its format where it is described (json/description.hpp).
#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/place.hpp"
#include "json/schema.hpp"
#include "json/stored_name.hpp"
#include "util/text.hpp"

namespace lab {

template <typename T>
struct Format;

template <>
struct Format<bool> {
  static nlohmann::json write(bool value) { return value; }
  static bool read(const JsonPlace& from) { return from.as<bool>(); }
  static Schema schema(Definitions&) { return {{"type", "boolean"}}; }
};

template <std::integral T>
struct Format<T> {
  static nlohmann::json write(T value) { return value; }
  static T read(const JsonPlace& from) { return from.as<T>(); }
  static Schema schema(Definitions&) {
    Schema schema = {{"type", "integer"}};
    if constexpr (std::unsigned_integral<T>) schema["minimum"] = 0;
    if constexpr (std::unsigned_integral<T> && sizeof(T) <= 4)
      schema["maximum"] = std::numeric_limits<T>::max();
    return schema;
  }
};

template <>
struct Format<std::string> {
  static nlohmann::json write(const std::string& value) { return value; }
  static std::string read(const JsonPlace& from) { return from.as<std::string>(); }
  static Schema schema(Definitions&) { return {{"type", "string"}}; }
};

template <>
struct Format<std::chrono::nanoseconds> {
  static nlohmann::json write(std::chrono::nanoseconds value) { return value.count(); }
  static std::chrono::nanoseconds read(const JsonPlace& from) {
    return std::chrono::nanoseconds(from.as<std::int64_t>());
  }
  static Schema schema(Definitions& definitions) {
    return definitions.refer("nanoseconds", [] {
      return Schema{{"type", "integer"}, {"description", "a duration"}};
    });
  }
};

// A list, each item in the same format.
template <typename Item>
struct ListOf {
  template <typename T>
  static nlohmann::json write(const std::vector<T>& items) {
    nlohmann::json array = nlohmann::json::array();
    for (const T& item : items) array.push_back(Item::write(item));
    return array;
  }
  static auto read(const JsonPlace& from) {
    std::vector<decltype(Item::read(from))> items;
    for (const JsonPlace& item : from.items()) items.push_back(Item::read(item));
    return items;
  }
  static Schema schema(Definitions& definitions) {
    return {{"type", "array"}, {"items", Item::schema(definitions)}};
  }
};
template <typename T>
struct Format<std::vector<T>> : ListOf<Format<T>> {};

// Two values of the same kind, as a list.
template <typename Item>
struct PairOf {
  template <typename T>
  static nlohmann::json write(const std::pair<T, T>& pair) {
    return nlohmann::json::array({Item::write(pair.first), Item::write(pair.second)});
  }
  static auto read(const JsonPlace& from) {
    const auto items = from.items();
    if (items.size() != 2) from.refuse("must be a list of two");
    return std::pair(Item::read(items[0]), Item::read(items[1]));
  }
  static Schema schema(Definitions& definitions) {
    return {{"type", "array"},
            {"items", Item::schema(definitions)},
            {"minItems", 2},
            {"maxItems", 2}};
  }
};

// An object whose members have the names that are the map's keys.
template <typename T>
struct Format<std::map<std::string, T>> {
  static nlohmann::json write(const std::map<std::string, T>& map) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& [name, value] : map) object[name] = Format<T>::write(value);
    return object;
  }
  static std::map<std::string, T> read(const JsonPlace& from) {
    std::map<std::string, T> map;
    for (const auto& [name, value] : from.members()) map.emplace(name, Format<T>::read(value));
    return map;
  }
  static Schema schema(Definitions& definitions) {
    return {{"type", "object"}, {"additionalProperties", Format<T>::schema(definitions)}};
  }
};

// A name that may become part of a path (json/stored_name.hpp); it may be empty only as OrNone.
struct Name : Format<std::string> {
  static std::string read(const JsonPlace& from) { return name_at(from); }
};
struct NameOrNone : Format<std::string> {
  static std::string read(const JsonPlace& from) { return name_or_empty_at(from); }
};

// Bytes in hexadecimal, two digits each.
struct Hex {
  static nlohmann::json write(const std::vector<std::uint8_t>& bytes) { return to_hex(bytes); }
  static std::vector<std::uint8_t> read(const JsonPlace& from) {
    return from.parsed(from_hex, "hexadecimal, two digits a byte");
  }
  static Schema schema(Definitions&) {
    return {{"type", "string"}, {"pattern", "^([0-9a-f]{2})*$"}};
  }
};

// A text with a definition of its own in the schema. `Text` has parse(), str(), and constants:
// `definition` its name there, `meaning`, `pattern` and `what`, as in "is not an IP address".
template <typename Text>
struct TextFormat {
  static nlohmann::json write(const auto& value) { return Text::str(value); }
  static auto read(const JsonPlace& from) { return from.parsed(Text::parse, Text::what); }
  static Schema schema(Definitions& definitions) {
    return definitions.refer(Text::definition, [] {
      return Schema{
          {"type", "string"}, {"description", Text::meaning}, {"pattern", Text::pattern}};
    });
  }
};

// An enumeration, stored as a word: to_string() of it. A type is one if Words<T> is specialised,
// with `all` its values, parse(), and the constants of TextFormat without the pattern.
template <typename T>
struct Words;

template <typename T>
  requires requires { Words<T>::all; }
struct Format<T> {
  static nlohmann::json write(T value) { return to_string(value); }
  static T read(const JsonPlace& from) { return from.parsed(Words<T>::parse, Words<T>::what); }
  static Schema schema(Definitions& definitions) {
    return definitions.refer(Words<T>::definition, [] {
      Schema words = Schema::array();
      for (const T value : Words<T>::all) words.push_back(to_string(value));
      return Schema{{"enum", words}, {"description", Words<T>::meaning}};
    });
  }
};

}  // namespace lab
