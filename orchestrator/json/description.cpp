// SPDX-License-Identifier: MIT
#include "json/description.hpp"

namespace lab {

void RecordSchema::property(const char* name, Schema schema, std::string_view meaning) {
  if (!meaning.empty()) schema["description"] = meaning;
  properties_[name] = std::move(schema);
}

void RecordSchema::demand(Schema schema) {
  Schema& all = further_["allOf"];
  if (all.is_null()) all = Schema::array();
  all.push_back(std::move(schema));
}

void RecordSchema::one_of(const std::string& name, const std::string& other) {
  demand({{"oneOf", Schema::array({Schema{{"required", Schema::array({name})}},
                                   Schema{{"required", Schema::array({other})}}})}});
}

std::string RecordSchema::byte_properties(const char* name, std::string_view meaning) {
  std::string hex = fmt::format("{}_hex", name);
  property(name, {{"type", "string"}}, fmt::format("{}, if that is UTF-8", meaning));
  property(hex.c_str(), Hex::schema(definitions_), "the same, if it is not");
  return hex;
}

void RecordSchema::bytes(const char* name, const std::string&, std::string_view meaning) {
  one_of(name, byte_properties(name, meaning));
}

void RecordSchema::bytes(const char* name, const std::optional<std::string>&,
                         std::string_view meaning) {
  const std::string hex = byte_properties(name, meaning);
  demand({{"not", Schema{{"required", Schema::array({name, hex})}}}});
}

void RecordSchema::add(const std::string& marker, const RecordSchema& part) {
  Schema others = Schema::array();
  for (const Schema& name : part.required_)
    if (name != marker) others.push_back(name);
  further_["dependentRequired"] = Schema{{marker, others}};
  for (const auto& [name, schema] : part.properties_.items()) {
    properties_[name] = schema;
    if (name != marker) further_["dependentRequired"][name] = Schema::array({marker});
  }
}

Schema RecordSchema::finish(std::string_view meaning) && {
  Schema schema = {{"type", "object"}};
  if (!meaning.empty()) schema["description"] = meaning;
  schema["properties"] = std::move(properties_);
  schema["required"] = std::move(required_);
  schema.update(further_);
  schema["additionalProperties"] = false;
  return schema;
}

}  // namespace lab
