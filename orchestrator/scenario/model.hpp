// SPDX-License-Identifier: MIT
//
// A scenario: hosts, the links between them, and the steps that are played on
// them in order. It is the same for IPv4 and IPv6.
//
// This header and those it includes are the language as values. How each is
// written stands in the definitions (definition.hpp), from which the parser, the
// JSON Schema and docs/scenario-reference.md are made; run/ plays it; check/
// judges what it expects.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "scenario/host_steps.hpp"
#include "scenario/look_steps.hpp"
#include "scenario/packet_steps.hpp"
#include "scenario/place.hpp"
#include "scenario/program_steps.hpp"
#include "scenario/socket_steps.hpp"
#include "scenario/topology.hpp"

namespace lab::scenario {

// Every step there is. The order of the groups is that of the reference.
using Action = AnyOf<SocketSteps, HostSteps, PacketSteps, ProgramSteps, LookSteps>;

// What must hold for a step, or a scenario, to be played. Each that is stated.
struct Condition {
  std::vector<Family> families;
  std::vector<std::string> variants;
  std::string kernel;   // ">=6.8 <6.12"
  std::string feature;  // one of features()
  std::string because;  // why it depends on that
  Position at;
};

struct Step {
  Action action;
  std::string note;  // what the writer says about it; shown in the report
  std::optional<Condition> when;
  Position at;
};

// "connect left to b:40001"
std::string describe(const Action& action);
std::string describe(const ExpectedRow& row);          // "srv, LISTEN, local any:8888"
std::string describe(const ExpectedSegment& segment);  // "a > b S. seq 0 ack 1"
std::string describe(const InjectedSegment& segment);
std::string describe(const PathSegment& segment);  // "client:40000 > server S"
// As the scenario writes it, with the names of the functions for this family.
std::string describe(const PathEvent& event, Family family = Family::inet);

struct Scenario {
  std::string file;     // as the user named it, for messages
  std::string name;     // "simopen"
  std::string title;    // one line
  std::string summary;  // a paragraph; may be empty
  std::string rule;     // RFC section, kernel function
  std::vector<Family> families;
  std::chrono::milliseconds deadline{5000};       // for each wait
  std::map<std::string, std::string> parameters;  // with the values of this reading
  std::vector<std::string> variants;              // all there are, in the file's order
  std::string variant;                            // the one that was read; empty: there are none
  std::vector<Condition> needs;
  std::vector<Host> hosts;
  std::vector<Link> links;
  std::vector<Step> steps;
};

// The host where the socket of this name lives: that of the step that opens
// it, or of the listener that accepts it. Empty: there is no such socket.
std::string host_of(const Scenario& scenario, const std::string& socket);

// The words that may stand where the comments above say "one of".
const std::vector<std::string>& socket_options();
const std::vector<std::string>& info_options();
const std::vector<std::string>& icmp_errors();
const std::vector<std::string>& features();

}  // namespace lab::scenario
