// SPDX-License-Identifier: MIT
//
// One description of a record, from which it is written as JSON, read back, and given a JSON
// schema. A description is a specialisation of Description:
//
//   template <>
//   struct Description<SocketRecord> {
//     static constexpr const char *definition = "socket", *meaning = "a socket that …";
//     static void members(auto& d, auto& socket) {
//       d.required("name", socket.name, "", Name{});
//       d.required("cookie", socket.cookie, "SO_COOKIE");
//     }
//   };
//
// `d` is a RecordWriter, a RecordReader or a RecordSchema, and each of its functions takes the
// name of the member in JSON, the member of the record, its meaning (for the schema) and its
// format, if that is not the usual one of its type (json/format.hpp):
//
//   required     always there
//   optional     left out where an std::optional has no value, or another type its default one
//   flag         a bool that is left out unless it is true
//   conditional  there if and only if a condition holds, which depends on earlier members
//   derived      written for readers such as jq, and not read
//   bytes        text, or NAME_hex where it is not UTF-8 (json/bytes.hpp)
//   either       one of two members: a value, or a text that says why there is none
//   together     the members of an optional record in this object; all are there if `marker` is
//
// Members of a document that are not described are ignored, so that a later program may add some.
// A reader throws UsageError that names the place in the document.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "json/bytes.hpp"
#include "json/format.hpp"
#include "json/place.hpp"
#include "json/schema.hpp"

namespace lab {

template <typename T>
struct Description;

template <typename T>
concept Described = requires { Description<T>::definition; };

class RecordWriter {
 public:
  static constexpr bool reads = false;
  explicit RecordWriter(nlohmann::json& into) : into_(into) {}

  template <typename T, typename F = Format<T>>
  void required(const char* name, const T& value, std::string_view = "", F = {}) {
    into_[name] = F::write(value);
  }
  template <typename T, typename F = Format<T>>
  void optional(const char* name, const std::optional<T>& value, std::string_view = "", F = {}) {
    if (value) into_[name] = F::write(*value);
  }
  template <typename T, typename F = Format<T>>
  void optional(const char* name, const T& value, std::string_view = "", F = {}) {
    if (value != T{}) into_[name] = F::write(value);
  }
  void flag(const char* name, bool value, std::string_view = "") {
    if (value) into_[name] = true;
  }
  template <typename T>
  void conditional(bool condition, const char* name, const T& value, std::string_view = "") {
    if (condition) into_[name] = Format<T>::write(value);
  }
  template <typename T>
  void derived(const char* name, const T& value, std::string_view = "") {
    into_[name] = Format<T>::write(value);
  }
  void bytes(const char* name, const std::string& value, std::string_view = "") {
    put_bytes(into_, name, value);
  }
  void bytes(const char* name, const std::optional<std::string>& value, std::string_view = "") {
    if (value) put_bytes(into_, name, *value);
  }
  template <typename T>
  void either(const char* name, const std::optional<T>& value, const char* otherwise,
              const std::string& why) {
    if (value)
      into_[name] = Format<T>::write(*value);
    else
      into_[otherwise] = why;
  }
  template <typename T>
  void together(const char*, const std::optional<T>& part) {
    if (part) Description<T>::members(*this, *part);
  }

 private:
  nlohmann::json& into_;
};

class RecordReader {
 public:
  static constexpr bool reads = true;
  explicit RecordReader(const JsonPlace& from) : from_(from) {}

  template <typename T, typename F = Format<T>>
  void required(const char* name, T& value, std::string_view = "", F = {}) {
    value = F::read(from_.at(name));
  }
  template <typename T, typename F = Format<T>>
  void optional(const char* name, std::optional<T>& value, std::string_view = "", F = {}) {
    if (const auto place = from_.find(name)) value = F::read(*place);
  }
  template <typename T, typename F = Format<T>>
  void optional(const char* name, T& value, std::string_view = "", F = {}) {
    if (const auto place = from_.find(name)) value = F::read(*place);
  }
  void flag(const char* name, bool& value, std::string_view = "") {
    value = from_.maybe<bool>(name).value_or(false);
  }
  template <typename T>
  void conditional(bool condition, const char* name, T& value, std::string_view = "") {
    if (condition) value = Format<T>::read(from_.at(name));
  }
  template <typename T>
  void derived(const char*, const T&, std::string_view = "") {}
  void bytes(const char* name, std::string& value, std::string_view = "") {
    auto read = from_.maybe_bytes(name);
    if (!read) from_.refuse(fmt::format("has neither \"{0}\" nor \"{0}_hex\"", name));
    value = *std::move(read);
  }
  void bytes(const char* name, std::optional<std::string>& value, std::string_view = "") {
    value = from_.maybe_bytes(name);
  }
  template <typename T>
  void either(const char* name, std::optional<T>& value, const char* otherwise, std::string& why) {
    if (const auto place = from_.find(name))
      value = Format<T>::read(*place);
    else
      why = from_.text(otherwise);
  }
  template <typename T>
  void together(const char* marker, std::optional<T>& part) {
    if (from_.find(marker)) Description<T>::members(*this, part.emplace());
  }

 private:
  const JsonPlace& from_;
};

class RecordSchema {
 public:
  static constexpr bool reads = false;
  explicit RecordSchema(Definitions& definitions) : definitions_(definitions) {}

  template <typename T, typename F = Format<T>>
  void required(const char* name, const T&, std::string_view meaning = "", F = {}) {
    property(name, F::schema(definitions_), meaning);
    required_.push_back(name);
  }
  template <typename T, typename F = Format<T>>
  void optional(const char* name, const std::optional<T>&, std::string_view meaning = "", F = {}) {
    property(name, F::schema(definitions_), meaning);
  }
  template <typename T, typename F = Format<T>>
  void optional(const char* name, const T&, std::string_view meaning = "", F = {}) {
    property(name, F::schema(definitions_), meaning);
  }
  void flag(const char* name, bool, std::string_view meaning = "") {
    property(name, {{"const", true}}, meaning);
  }
  template <typename T>
  void conditional(bool, const char* name, const T&, std::string_view meaning = "") {
    property(name, Format<T>::schema(definitions_), meaning);
  }
  template <typename T>
  void derived(const char* name, const T& value, std::string_view meaning = "") {
    required(name, value, meaning);
  }
  void bytes(const char* name, const std::string&, std::string_view meaning = "");
  void bytes(const char* name, const std::optional<std::string>&, std::string_view meaning = "");
  template <typename T>
  void either(const char* name, const std::optional<T>&, const char* otherwise,
              const std::string&) {
    property(name, Format<T>::schema(definitions_), "");
    property(otherwise, {{"type", "string"}}, "why");
    one_of(name, otherwise);
  }
  template <typename T>
  void together(const char* marker, const std::optional<T>&) {
    RecordSchema part(definitions_);
    const T none{};
    Description<T>::members(part, none);
    add(marker, part);
  }

  // The whole object.
  Schema finish(std::string_view meaning) &&;

 private:
  void property(const char* name, Schema schema, std::string_view meaning);
  void demand(Schema schema);
  // Exactly one of the two members is there.
  void one_of(const std::string& name, const std::string& other);
  // NAME and NAME_hex; returns the second name.
  std::string byte_properties(const char* name, std::string_view meaning);
  void add(const std::string& marker, const RecordSchema& part);

  Definitions& definitions_;
  Schema properties_ = Schema::object(), required_ = Schema::array();
  Schema further_ = Schema::object();  // what else is demanded of the members
};

template <Described T>
struct Format<T> {
  static nlohmann::json write(const T& record) {
    nlohmann::json into = nlohmann::json::object();
    RecordWriter writer(into);
    Description<T>::members(writer, record);
    return into;
  }
  static T read(const JsonPlace& from) {
    T record{};
    RecordReader reader(from);
    Description<T>::members(reader, record);
    return record;
  }
  static Schema schema(Definitions& definitions) {
    return definitions.refer(Description<T>::definition, [&] {
      RecordSchema schema(definitions);
      const T none{};
      Description<T>::members(schema, none);
      return std::move(schema).finish(Description<T>::meaning);
    });
  }
};

}  // namespace lab
