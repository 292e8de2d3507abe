// SPDX-License-Identifier: MIT
//
// The verbs: every step there is, by what it is called in a file.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scenario/definition.hpp"
#include "scenario/model.hpp"

namespace lab::scenario {

struct Verb {
  std::string name;
  std::string meaning;
  std::vector<Key> keys;
  std::function<Action(const YamlNode&, Names&)> read;  // throws Problem
};

// A step's map as a verb.
template <typename Model>
Verb verb(const MapType<Model>& map) {
  return {map.name(), map.meaning(), map.keys(),
          [map](const YamlNode& node, Names& names) -> Action { return map.read(node, names); }};
}

struct VerbGroup {
  std::string title;  // "Sockets"
  std::vector<Verb> verbs;
};

VerbGroup socket_verbs();
VerbGroup host_verbs();
VerbGroup packet_verbs();
VerbGroup program_verbs();
VerbGroup look_verbs();

// All groups, in the order of the reference.
const std::vector<VerbGroup>& verb_groups();

// What may stand beside a step's verb.
const std::vector<Key>& step_keys();
// The keys of a step's when:, and of each of a scenario's needs:.
const std::vector<Key>& when_keys();
const std::vector<Key>& need_keys();
// Of a row in tables:.
const std::vector<Key>& row_keys();
// Of topology:, a host and a link.
const std::vector<Key>& topology_keys();
const std::vector<Key>& host_keys();
const std::vector<Key>& link_keys();
// Of the file itself, and of a loop.
const std::vector<Key>& scenario_keys();
const std::vector<Key>& loop_keys();

}  // namespace lab::scenario
