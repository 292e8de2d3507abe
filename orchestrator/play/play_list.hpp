// SPDX-License-Identifier: MIT
//
// From what was asked for to the plays that it means: each scenario, as each of
// its variants, over each of its families.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "play/options.hpp"
#include "report/play_result.hpp"
#include "scenario/parser.hpp"

namespace lab::play {

struct Play {
  std::shared_ptr<const scenario::Scenario> scenario;  // read as its variant
  Family family = Family::inet;
  std::string skip;  // why it is not played, if the file decides that; empty: it is
};

// The result of the play before it is played: named, and nothing else.
report::PlayResult named(const Play& play);

using Load = std::function<scenario::Scenario(const std::string& path, const scenario::Reading&)>;

// In the order of the files; of each, variant after variant, family after family.
// All are read: throws UsageError with the mistakes of all files, one a line, and
// when --variant names one that none of them has.
std::vector<Play> plays_of(const std::vector<std::string>& files, const Options& options,
                           const Load& load = scenario::load);

// "port=9000" → {"port", "9000"}. Throws UsageError.
std::map<std::string, std::string> parameters_from(const std::vector<std::string>& settings);

// The name of the lab in which this play is kept. If there are several plays, each has its
// own: "simopen-ipv4", with a variant "rst-in-time-wait-ipv6-killed".
std::string lab_name(const Options& options, const std::vector<Play>& plays, const Play& play);

}  // namespace lab::play
