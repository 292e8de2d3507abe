// SPDX-License-Identifier: MIT
//
// Steps of a script in the words of a scenario file. Internal to this module. The functions throw
// yaml::Problem, with the step's place, for what a file has no words for.
#pragma once

#include <string>
#include <string_view>

#include "scenario/model.hpp"

namespace lab::packetdrill {

// "listen: {socket: fd3, backlog: 1}"; of every step but Packets.
std::string step_in_yaml(const scenario::Step& step);
// A segment that a Packets step expects, and one that was injected, as it is expected.
std::string expected_words(const scenario::ExpectedSegment& segment, scenario::Position at);
std::string injected_words(const scenario::InjectedSegment& segment, std::size_t bytes);
// In double quotes, with escapes. A file replaces "${NAME}" by a parameter, so a "$" before "{" is
// written as `dollar`: a parameter that the file must have, whose value is "$". `text` must be UTF-8.
std::string in_double_quotes(std::string_view text);
inline constexpr std::string_view dollar = "${dollar}";
// Without what would end the comment.
std::string yaml_comment(std::string_view text);

}  // namespace lab::packetdrill
