// SPDX-License-Identifier: MIT
#include "play/verdicts.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace lab::play {
namespace {

using Ending = report::PlayResult::Ending;

[[noreturn]] void refuse(const std::string& what) {
  throw EnvironmentError(fmt::format("the results from the guest are invalid: {}", what));
}

Ending ending_of(const std::string& word) {
  if (const auto ending = report::ending_from(word)) return *ending;
  refuse(fmt::format("unknown ending '{}'", word));
}

Outcome outcome_of(const std::string& word) {
  if (const auto outcome = outcome_from(word)) return *outcome;
  refuse(fmt::format("unknown outcome '{}'", word));
}

}  // namespace

void Verdicts::add(const report::PlayResult& result) {
  ++runs_[{report::label(result), result.ending, result.outcome}];
}

std::string Verdicts::text() const {
  nlohmann::json all = nlohmann::json::array();
  for (const auto& [key, runs] : runs_)
    all.push_back({{"play", std::get<std::string>(key)},
                   {"ending", report::to_string(std::get<Ending>(key))},
                   {"outcome", to_string(std::get<Outcome>(key))},
                   {"runs", runs}});
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Verdicts Verdicts::from(std::string_view text) try {
  Verdicts verdicts;
  const auto all = nlohmann::json::parse(text);
  if (!all.is_array()) refuse("not an array");
  for (const auto& each : all) {
    const auto& runs = each.at("runs");
    if (!runs.is_number_unsigned() || runs.get<std::size_t>() == 0) refuse("an entry without runs");
    const bool fresh = verdicts.runs_
                           .insert({{each.at("play").get<std::string>(),
                                     ending_of(each.at("ending").get<std::string>()),
                                     outcome_of(each.at("outcome").get<std::string>())},
                                    runs.get<std::size_t>()})
                           .second;
    if (!fresh) refuse("a duplicate entry");
  }
  return verdicts;
} catch (const nlohmann::json::exception& error) {
  refuse(error.what());
}

void Verdicts::require(const std::vector<Play>& plays, std::size_t repeat) const {
  std::map<std::string, std::size_t> wanted, there;
  for (const Play& play : plays) wanted[report::label(named(play))] += repeat;
  for (const auto& [key, runs] : runs_) {
    std::size_t& sum = there[std::get<std::string>(key)];
    if (__builtin_add_overflow(sum, runs, &sum)) refuse("too many runs");
  }
  for (const auto& [play, runs] : wanted)
    if (const std::size_t came = there[play]; came != runs)
      throw EnvironmentError(fmt::format("{} has {} results instead of {}", play, came, runs));
  for (const auto& [play, runs] : there)
    if (!wanted.contains(play)) refuse(fmt::format("{} was not requested", play));
}

Exit Verdicts::exit_code() const {
  bool died = runs_.empty(), failed = false, unplayable = false, all_skipped = true;
  for (const auto& [key, runs] : runs_) {
    const auto& [play, ending, outcome] = key;
    died |= ending == Ending::died;
    failed |= ending == Ending::played && outcome == Outcome::fail;
    unplayable |= ending == Ending::unplayable;
    all_skipped &= ending == Ending::skipped;
  }
  // A play without a result might have failed.
  if (died) return Exit::environment;
  if (failed) return Exit::failed;
  if (unplayable) return Exit::environment;
  return all_skipped ? Exit::skipped : Exit::pass;
}

}  // namespace lab::play
