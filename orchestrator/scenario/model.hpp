// SPDX-License-Identifier: MIT
//
// A scenario: hosts, links between them, and steps that run in order. It is the same for IPv4
// and IPv6.
//
// This header and those it includes represent the language as values. Its syntax is in the
// definitions of language/ and parser/ (language/definition.hpp), from which the parser, the JSON
// Schema and docs/scenario-reference.md are generated. run/ runs a scenario; check/ judges its
// expectations.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "scenario/host_steps.hpp"
#include "scenario/look_steps.hpp"
#include "scenario/moment.hpp"
#include "scenario/packet_steps.hpp"
#include "scenario/place.hpp"
#include "scenario/program_steps.hpp"
#include "scenario/script_steps.hpp"
#include "scenario/socket_steps.hpp"
#include "scenario/topology.hpp"

namespace lab::scenario {

// All steps. The order of the groups is that of the reference, which lacks ScriptSteps.
using Action = AnyOf<SocketSteps, HostSteps, PacketSteps, ProgramSteps, LookSteps, ScriptSteps>;

// The conditions for running a step or a scenario. All that are stated must hold.
struct Condition {
  std::vector<Family> families;
  std::vector<std::string> variants;
  std::string kernel;   // ">=6.8 <6.12"
  std::string feature;  // one of features()
  std::string because;  // why it depends on the kernel
  Position at;
};

struct Step {
  Action action;
  std::string note;  // the author's comment; shown in the report
  std::optional<Condition> when;
  Position at;
  std::optional<Moment> moment = std::nullopt;
};

std::string describe(const ExpectedRow& row);          // "srv, LISTEN, local any:8888"
std::string describe(const ExpectedSegment& segment);  // "a > b S. seq 0 ack 1"
std::string describe(const InjectedSegment& segment);
std::string describe(const PathSegment& segment);  // "client:40000 > server S"
// As in the scenario, with the functions' names for this family.
std::string describe(const PathEvent& event, Family family = Family::inet);

// What is said of an injected packet that is longer than the MTU of its link: both in bytes, the
// packet with its headers.
std::string too_long_words(std::size_t bytes, const std::string& host, const std::string& device,
                           int mtu);

struct Scenario {
  std::string file;     // as the user named it, for messages
  std::string name;     // "simopen"
  std::string title;    // one line
  std::string summary;  // a paragraph; may be empty
  std::string rule;     // RFC section, kernel function
  std::vector<Family> families;
  std::chrono::milliseconds deadline{5000};       // for each wait
  std::map<std::string, std::string> parameters;  // with this variant's values
  std::vector<std::string> variants;              // in the file's order
  std::string variant;                            // the current one; empty: there are none
  std::vector<Condition> needs;
  std::vector<Host> hosts;
  std::vector<Link> links;
  std::vector<Step> steps;
};

// The host of the socket with this name: that of the step that opens it, or of the listener that
// accepts it. Empty: there is no such socket.
std::string host_of(const Scenario& scenario, const std::string& socket);

// The words allowed where the comments above say "one of".
const std::vector<std::string>& socket_options();
bool has_unsigned_value(std::string_view socket_option);  // from 0 to 2^32 - 1: SO_MARK
bool has_named_value(std::string_view socket_option);     // its value is a text: TCP_CONGESTION
const std::vector<std::string>& info_options();
const std::vector<std::string>& info_fields();    // of struct tcp_info, linux/tcp.h
const std::vector<std::string>& send_flags();     // "MSG_MORE"
const std::vector<std::string>& receive_flags();  // "MSG_PEEK"
const std::vector<std::string>& icmp_errors();
const std::vector<std::string>& features();

}  // namespace lab::scenario
