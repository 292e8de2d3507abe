// SPDX-License-Identifier: MIT
//
// The language, defined once. Each map of a scenario's file is a MapType: its
// keys, what may stand as the value of each (a Type), where the value goes, and
// what it means. The parser reads by it, and the JSON Schema and
// docs/scenario-reference.md are made from it (schema.hpp), so that none of the
// three can know a key that the others do not.
//
//   MapType<Bind>("bind", "Gives a socket its local address: bind(2).")
//       .need("socket", open_socket(), &Bind::socket, "srv", "which socket")
//       .need("to", place(Port::may_be_zero), &Bind::to, "\"any:8888\"", "which address and port")
//       .may("error", errno_value(), &Bind::error, "EADDRINUSE", "the errno that is expected");
//
// Threading: definitions are made once and never changed; any thread may read.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenario/names.hpp"
#include "scenario/reading.hpp"

namespace lab::scenario {

// Makes a JSON Schema, draft 2020-12. Only who prints the schema calls it: a file is read
// without any, and to make those of all verbs takes longer than to read the file.
using Schema = std::function<nlohmann::json()>;

// What may stand as one value.
template <typename Value>
struct Type {
  std::string words;  // for the reference: "a place, as `server:8888`"
  Schema schema;
  // `what` names the value in messages. Throws Problem.
  std::function<Value(const YamlNode&, std::string_view what, Names&)> read;
};

// One key of a map, for those who describe the language.
struct Key {
  std::string name;
  bool required = false;
  std::string words;    // of its type
  std::string example;  // as it stands in a file
  std::string meaning;
  Schema schema;
};

nlohmann::json schema_of(const std::string& meaning, const std::vector<Key>& keys);

template <typename Model>
class MapType {
 public:
  // What depends on several keys, or on the names that steps before this one
  // introduced. Throws Problem.
  using Rule = std::function<void(Model&, const Fields&, Names&)>;

  // `name` is what messages call the map.
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
  // A key that a rule reads.
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

  // The values are read in the order of the definition, then the rules asked.
  Model read(const YamlNode& node, Names& names) const { return read(node, names, name_); }
  // The same, called otherwise in messages: "host \"a\"".
  Model read(const YamlNode& node, Names& names, const std::string& name) const {
    const Fields fields(node, name, known_);
    Model model;
    for (const auto& reader : readers_) reader(model, fields, names);
    for (const Rule& rule : rules_) rule(model, fields, names);
    return model;
  }

  // The map alone, with every key known and none read.
  Fields fields(const YamlNode& node) const { return Fields(node, name_, known_); }

  const std::string& name() const { return name_; }
  const std::string& meaning() const { return meaning_; }
  const std::vector<Key>& keys() const { return keys_; }

  // Itself as a value of another map. `words` is for the reference.
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
    readers_.push_back(
        [key, required, member, read = type.read](Model& model, const Fields& fields, Names& names) {
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

}  // namespace lab::scenario
