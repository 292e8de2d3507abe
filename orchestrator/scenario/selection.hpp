// SPDX-License-Identifier: MIT
//
// Which scenarios a user means by a few words.
#pragma once

#include <string>
#include <vector>

namespace lab::scenario {

// The files that the words stand for, each once, in the order of the words. A
// word is one of these, tried in this order:
//
//	all                  every scenario below the folder
//	simopen              the one of that name
//	simultaneous-open    a topic: all below that folder of the folder
//	syn-*                all whose name fits; with a "/", whose TOPIC/NAME does
//	my/own.yaml          this file
//	my/folder            all below this folder
//
// Where a topic has the name of one of its scenarios, "TOPIC/" is the topic. No
// file is opened. Throws UsageError with the nearest names for a word that stands
// for nothing, and for a name that two files have.
std::vector<std::string> select(const std::string& folder, const std::vector<std::string>& words);

}  // namespace lab::scenario
