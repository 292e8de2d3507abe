// SPDX-License-Identifier: MIT
//
// Selects scenarios by the user's words.
#pragma once

#include <string>
#include <vector>

namespace lab::parser {

// The files that the words select, each once, in the order of the words. A word is one of
// these, tried in this order:
//
//	all                  every scenario below the folder
//	simopen              the scenario of that name
//	simultaneous-open    a topic: all scenarios below this subfolder
//	syn-*                all whose name matches; with a "/", whose TOPIC/NAME matches
//	my/own.yaml          this file
//	my/folder            all below this folder
//
// If a topic has the same name as a scenario, "TOPIC/" means the topic. Opens no file. Throws
// UsageError with the nearest names for a word that selects nothing, and for a name that two
// files have.
std::vector<std::string> select(const std::string& folder, const std::vector<std::string>& words);

}  // namespace lab::parser
