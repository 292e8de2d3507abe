// SPDX-License-Identifier: MIT
//
// The parts of parse(), internal to this module. Each throws Problem.
#pragma once

#include <optional>
#include <vector>

#include "language/definition.hpp"
#include "scenario/model.hpp"
#include "yaml/fields.hpp"

namespace lab::parser {

// What nearly every function of the parser is about.
using language::Key;
using language::MapType;
using language::Names;
using language::Type;
using scenario::Condition;
using scenario::Scenario;
using scenario::Step;
using yaml::Fields;
using yaml::Position;
using yaml::Problem;
using yaml::YamlEntry;
using yaml::YamlNode;

// topology: → hosts and links.
void parse_topology(const YamlNode& node, Scenario& into);

// One entry of steps:; nothing if it is for another variant than scenario.variant.
std::optional<Step> parse_step(const YamlNode& node, const Scenario& scenario, Names& names);

// A step's when:, or one of a scenario's needs:.
Condition parse_when(const YamlNode& node, Names& names);
Condition parse_need(const YamlNode& node, Names& names);

// The optional keys of a step.
const std::vector<Key>& step_keys();
// The keys of a step's when:, and of a scenario's needs:.
const std::vector<Key>& when_keys();
const std::vector<Key>& need_keys();
// The keys of topology:, of a host and of a link.
const std::vector<Key>& topology_keys();
const std::vector<Key>& host_keys();
const std::vector<Key>& link_keys();
// The keys of the file and of a loop.
const std::vector<Key>& scenario_keys();
const std::vector<Key>& loop_keys();

}  // namespace lab::parser
