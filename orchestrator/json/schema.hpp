// SPDX-License-Identifier: MIT
//
// Parts of a JSON Schema (draft 2020-12) that are made from descriptions (json/description.hpp).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace lab {

// Schemas keep the order in which their members were described.
using Schema = nlohmann::ordered_json;

// The definitions that a schema refers to, each made once.
class Definitions {
 public:
  // {"$ref": "#/$defs/NAME"}. The first call for a name makes its schema by `make`, which may
  // refer to other names.
  template <typename Make>
  Schema refer(const std::string& name, Make make) {
    if (!all_.contains(name)) {
      all_[name] = nullptr;  // it keeps its place while its parts are made
      Schema made = make();
      all_[name] = std::move(made);
    }
    return {{"$ref", "#/$defs/" + name}};
  }

  Schema& operator[](const std::string& name) { return all_[name]; }
  const Schema& all() const { return all_; }

 private:
  Schema all_ = Schema::object();
};

}  // namespace lab
