// SPDX-License-Identifier: MIT
//
// Counts how the plays ended. The orchestrator in a microVM sends this small document with an
// entry for every play, and the host derives the exit code from it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "play/play_list.hpp"
#include "report/play_result.hpp"
#include "util/error.hpp"

namespace lab::play {

class Verdicts {
 public:
  void add(const report::PlayResult& result);

  // To JSON and back. from() throws EnvironmentError for text that text() does not write.
  std::string text() const;
  static Verdicts from(std::string_view text);

  // Throws EnvironmentError that names a play unless each play has `repeat` results and there
  // are no others.
  void require(const std::vector<Play>& plays, std::size_t repeat) const;

  // Environment if a play died or there is none; else failed if one failed; else environment
  // if one could not run; else skipped if all were skipped; else pass.
  Exit exit_code() const;

  bool operator==(const Verdicts&) const = default;

 private:
  // Label of the play (report::label()), ending and outcome → number of runs.
  std::map<std::tuple<std::string, report::PlayResult::Ending, Outcome>, std::size_t> runs_;
};

}  // namespace lab::play
