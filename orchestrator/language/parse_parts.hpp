// SPDX-License-Identifier: MIT
//
// The parts of values, internal to the language. Each throws Problem.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "language/names.hpp"
#include "language/reading.hpp"
#include "scenario/model.hpp"

namespace lab::language {

// The small languages inside one value.
scenario::ExpectedSegment parse_segment(const YamlNode& node, const Names& names);
scenario::InjectedSegment parse_injected_segment(const YamlNode& node, const Names& names);
scenario::PathSegment parse_path_segment(const YamlNode& node, const Names& names);
scenario::PathEvent parse_event(const YamlNode& node, Names& names, const std::string& host);
TcpFlags parse_flags(std::string_view text, Position at);  // "S."; "-": none
// "mss 1460,sackOK,ts +0:100": the text between < and >. With `injected`, each option has a value.
std::vector<scenario::ListedOption> parse_options(std::string_view text, const Names& names,
                                                  Position at, bool injected);
// Of its options in the header, which ends at a multiple of four.
std::size_t option_bytes(const scenario::InjectedSegment& segment);
// The bytes that an option takes in a header, kind and length included.
std::size_t size_of(const scenario::ListedOption& option);
// Hexadecimal digits of at most `most` bytes, in lower case. `what` names them in messages.
std::string parse_hex(std::string_view text, std::string_view what, std::size_t most, Position at);

// One of icmp_errors(), or "type 3 code 9".
std::string require_icmp(const std::string& name, Position at);
// Refuses an MTU in an ICMP error that carries none in either family.
void require_reports_mtu(const std::string& icmp, Position at);

// "SYN-SENT", and the names of all states.
TcpState parse_state(const YamlNode& node);
std::vector<std::string> state_names();

}  // namespace lab::language
