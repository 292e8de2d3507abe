// SPDX-License-Identifier: MIT
//
// Lists the plays that were asked for. A play is one scenario, read as one of its variants,
// for one of its families.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "parser/parser.hpp"
#include "play/options.hpp"
#include "report/play_result.hpp"

namespace lab::play {

struct Play {
  std::shared_ptr<const scenario::Scenario> scenario;  // read as its variant
  Family family = Family::inet;
  std::string skip;  // why the file excludes it; empty: it runs
};

// A result with the play's name only.
report::PlayResult named(const Play& play);

using Load = std::function<scenario::Scenario(const std::string& path, const parser::Reading&)>;

// Sorted by file, then variant, then family. Throws UsageError with the mistakes of all
// files, one per line, or when no file has the variant of --variant.
std::vector<Play> plays_of(const std::vector<std::string>& files, const Options& options,
                           const Load& load = parser::load);

// "port=9000" → {"port", "9000"}. Throws UsageError.
std::map<std::string, std::string> parameters_from(const std::vector<std::string>& settings);

// The name under which this play's lab is kept. With several plays, each gets its own name:
// "simopen-ipv4", with a variant "rst-in-time-wait-ipv6-killed".
std::string lab_name(const Options& options, const std::vector<Play>& plays, const Play& play);

}  // namespace lab::play
