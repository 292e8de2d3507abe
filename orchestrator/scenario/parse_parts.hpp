// SPDX-License-Identifier: MIT
//
// The parts of parse(), internal to this module. Each throws Problem.
#pragma once

#include "scenario/model.hpp"
#include "scenario/names.hpp"
#include "scenario/reading.hpp"

namespace lab::scenario {

// topology: → hosts and links.
void parse_topology(const YamlNode& node, Scenario& into);

// One entry of steps:; nothing if it is for another variant than scenario.variant.
std::optional<Step> parse_step(const YamlNode& node, const Scenario& scenario, Names& names);

// A step's when:, or one of a scenario's needs:.
Condition parse_when(const YamlNode& node, Names& names);
Condition parse_need(const YamlNode& node, Names& names);

// The small languages inside one value.
ExpectedSegment parse_segment(const YamlNode& node, const Names& names);
InjectedSegment parse_injected_segment(const YamlNode& node, const Names& names);
PathSegment parse_path_segment(const YamlNode& node, const Names& names);
PathEvent parse_event(const YamlNode& node, Names& names, const std::string& host);
TcpFlags parse_flags(std::string_view text, Position at);  // "S."

// "SYN-SENT", and the names of all states.
TcpState parse_state(const YamlNode& node);
std::vector<std::string> state_names();

// A key of /proc/sys that belongs to a network namespace.
void require_sysctl(const YamlEntry& entry);

}  // namespace lab::scenario
