// SPDX-License-Identifier: MIT
//
// A value in an untrusted JSON document, and its place, for error messages:
// "/runs/0/steps/3/error: ...". The place is written as a JSON pointer (RFC 6901).
// Everything here throws UsageError.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/error.hpp"

namespace lab {

class JsonPlace {
 public:
  // `value` must outlive this and all places in it.
  explicit JsonPlace(const nlohmann::json& value, std::string path = "")
      : value_(&value), path_(std::move(path)) {}

  const nlohmann::json& value() const { return *value_; }
  const std::string& path() const { return path_; }

  // "PATH: why". The place of a whole document is "/".
  [[noreturn]] void refuse(std::string_view why) const;

  // A member of an object; of find(): nothing, if there is none of that name.
  JsonPlace at(const char* name) const;
  std::optional<JsonPlace> find(const char* name) const;
  // The items of an array; the members of an object, by their names.
  std::vector<JsonPlace> items() const;
  std::vector<std::pair<std::string, JsonPlace>> members() const;

  // The value as a bool, a string, or a number that fits.
  template <typename T>
  T as() const;

  // at(name).as<T>(), and the same for optional members.
  template <typename T>
  T get(const char* name) const {
    return at(name).as<T>();
  }
  template <typename T>
  std::optional<T> maybe(const char* name) const {
    const auto place = find(name);
    return place ? std::optional<T>(place->as<T>()) : std::nullopt;
  }
  std::string text(const char* name) const { return get<std::string>(name); }
  // Empty, if it is missing.
  std::string text_or_empty(const char* name) const {
    return maybe<std::string>(name).value_or("");
  }

  // The text parsed by `parse`, a function that returns nothing for unknown text. `what`
  // names the expected value: "a TCP state".
  template <typename Parse>
  auto parsed(Parse parse, std::string_view what) const {
    const std::string word = as<std::string>();
    auto value = parse(word);
    if (!value) refuse(fmt::format("\"{}\" is not {}", word, what));
    return *value;
  }

  // One T for each item, made by `make` from its place.
  template <typename Make>
  auto list(const char* name, Make make) const {
    std::vector<decltype(make(std::declval<const JsonPlace&>()))> all;
    for (const JsonPlace& item : at(name).items()) all.push_back(make(item));
    return all;
  }

  // What put_bytes() wrote (json_bytes.hpp); nothing, if it is missing.
  std::optional<std::string> maybe_bytes(const std::string& name) const;

 private:
  void require(bool is_it, std::string_view what) const;
  [[noreturn]] void refuse_number(std::string_view limits) const;

  const nlohmann::json* value_;
  std::string path_;
};

template <typename T>
T JsonPlace::as() const {
  if constexpr (std::same_as<T, bool>) {
    require(value_->is_boolean(), "true or false");
    return value_->get<bool>();
  } else if constexpr (std::same_as<T, std::string>) {
    require(value_->is_string(), "a string");
    return value_->get<std::string>();
  } else {
    static_assert(std::integral<T>);
    require(value_->is_number_integer(), "a whole number");
    const bool fits = value_->is_number_unsigned() ? std::in_range<T>(value_->get<std::uint64_t>())
                                                   : std::in_range<T>(value_->get<std::int64_t>());
    if (!fits)
      refuse_number(
          fmt::format("{} to {}", std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    return value_->get<T>();
  }
}

}  // namespace lab
