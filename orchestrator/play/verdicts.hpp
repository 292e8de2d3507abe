// SPDX-License-Identifier: MIT
//
// How the plays of a run ended, counted: a small document by which the orchestrator in a
// microVM accounts for every play that it was given, and from which the host makes the
// exit code itself.
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

  // As JSON, and back. Throws EnvironmentError for what text() does not write.
  std::string text() const;
  static Verdicts from(std::string_view text);

  // Throws EnvironmentError, which names the play, unless each of them has `repeat`
  // results and no other play has any.
  void require(const std::vector<Play>& plays, std::size_t repeat) const;

  // Environment if one died, or there is none; else failed if one failed; else environment
  // if one could not be played; else skipped if all were; else pass.
  Exit exit_code() const;

  bool operator==(const Verdicts&) const = default;

 private:
  // A play by its label (report::label()), how it ended, what came of it → runs.
  std::map<std::tuple<std::string, report::PlayResult::Ending, Outcome>, std::size_t> runs_;
};

}  // namespace lab::play
