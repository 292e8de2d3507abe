// SPDX-License-Identifier: MIT
//
// The single definition of the language. Each map in a scenario's file is a MapType: its keys,
// the Type of each value, the member that receives it, and its meaning. The parser uses it, and
// the JSON Schema and docs/scenario-reference.md are generated from it (parser/schema.hpp), so that
// all three have the same keys.
//
//   MapType<Bind>("bind", "Gives a socket its local address: bind(2).")
//       .need("socket", open_socket(), &Bind::socket, "srv", "which socket")
//       .need("to", place(Port::may_be_zero), &Bind::to, "\"any:8888\"", "which address and port")
//       .may("error", errno_value(), &Bind::error, "EADDRINUSE", "the expected errno");
//
// Thread-safe: definitions are created once and never changed.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "language/names.hpp"
#include "language/reading.hpp"

namespace lab::language {

// Makes a JSON Schema, draft 2020-12. A function, because making the schemas of all verbs
// takes longer than reading a file, and only `schema` needs them.
using Schema = std::function<nlohmann::json()>;

// The type of one value.
template <typename Value>
struct Type {
  std::string words;  // for the reference: "a place, as `server:8888`"
  Schema schema;
  // `what` names the value in messages. Throws Problem.
  std::function<Value(const YamlNode&, std::string_view what, Names&)> read;
};

// One key of a map, as documentation and schema need it.
struct Key {
  std::string name;
  bool required = false;
  std::string words;    // of its type
  std::string example;  // as in a file
  std::string meaning;
  Schema schema;
};

nlohmann::json schema_of(const std::string& meaning, const std::vector<Key>& keys);

template <typename Model>
class MapType {
 public:
  // A check or value that depends on several keys, or on names from earlier steps. Throws
  // Problem.
  using Rule = std::function<void(Model&, const Fields&, Names&)>;

  // `name` names the map in messages.
  MapType(std::string name, std::string meaning)
      : name_(std::move(name)), meaning_(std::move(meaning)) {}

  template <typename Value, typename Member>
  MapType& need(const std::string& key, const Type<Value>& type, Member Model::*member,
                std::string example, std::string meaning) {
    return add(key, true, type, member, std::move(example), std::move(meaning));
  }
  template <typename Value, typename Member>
  MapType& may(const std::string& key, const Type<Value>& type, Member Model::*member,
               std::string example, std::string meaning) {
    return add(key, false, type, member, std::move(example), std::move(meaning));
  }
  // Adds a key that a rule reads.
  template <typename Value>
  MapType& declare(const std::string& key, bool required, const Type<Value>& type,
                   std::string example, std::string meaning) {
    known_.push_back({key, example, required});
    keys_.push_back(
        {key, required, type.words, std::move(example), std::move(meaning), type.schema});
    return *this;
  }
  MapType& rule(Rule rule) {
    rules_.push_back(std::move(rule));
    return *this;
  }

  // Reads the values in the order of the definition, then applies the rules.
  Model read(const YamlNode& node, Names& names) const { return read(node, names, name_); }
  // The same with another name for messages: "host \"a\"".
  Model read(const YamlNode& node, Names& names, const std::string& name) const {
    const Fields fields(node, name, known_);
    Model model;
    for (const auto& reader : readers_) reader(model, fields, names);
    for (const Rule& rule : rules_) rule(model, fields, names);
    return model;
  }

  // The map with its keys checked but no value read.
  Fields fields(const YamlNode& node) const { return Fields(node, name_, known_); }

  const std::string& name() const { return name_; }
  const std::string& meaning() const { return meaning_; }
  const std::vector<Key>& keys() const { return keys_; }

  // This map as the value of a key. `words` is for the reference.
  Type<Model> type(std::string words) const {
    const auto map = std::make_shared<const MapType>(*this);
    return {std::move(words), [map] { return schema_of(map->meaning_, map->keys_); },
            [map](const YamlNode& node, std::string_view, Names& names) {
              return map->read(node, names);
            }};
  }

 private:
  template <typename Value, typename Member>
  MapType& add(const std::string& key, bool required, const Type<Value>& type,
               Member Model::*member, std::string example, std::string meaning) {
    declare(key, required, type, std::move(example), std::move(meaning));
    readers_.push_back([key, required, member, read = type.read](Model& model, const Fields& fields,
                                                                 Names& names) {
      const YamlNode* node = required ? &fields.need(key) : fields.find(key);
      if (node) model.*member = static_cast<Member>(read(*node, key, names));
    });
    return *this;
  }

  std::string name_, meaning_;
  std::vector<Key> keys_;
  Fields::Known known_;  // the same, as Fields wants them
  std::vector<std::function<void(Model&, const Fields&, Names&)>> readers_;
  std::vector<Rule> rules_;
};

}  // namespace lab::language
