// SPDX-License-Identifier: MIT
//
// The parts that parse() is put together from; no one else includes this.
// Each throws Problem.
#pragma once

#include "scenario/names.hpp"
#include "scenario/yaml_node.hpp"

namespace lab::scenario {

// topology: → hosts and links.
void parse_topology(const YamlNode& node, Scenario& into);

// One entry of steps:.
Step parse_step(const YamlNode& node, Names& names);

// The steps that state what is to be seen.
Action parse_tables(const YamlNode& node, Names& names);
Action parse_lookup(const YamlNode& node, Names& names);
Action parse_packets(const YamlNode& node, Names& names);
Action parse_path(const YamlNode& node, Names& names);

// "client > server S. seq 0 ack 1 length 5"
ExpectedSegment parse_segment(const YamlNode& node, const Names& names);

// "S."
TcpFlags parse_flags(std::string_view text, Position at);

// "SYN-SENT", and all of them.
TcpState parse_state(const YamlNode& node);
std::vector<std::string> state_names();

}  // namespace lab::scenario
