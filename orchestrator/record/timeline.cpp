// SPDX-License-Identifier: MIT
#include "record/timeline.hpp"

#include <fmt/format.h>

namespace lab {
std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return "pass";
    case Outcome::fail:
      return "fail";
    case Outcome::not_observed:
      return "not_observed";
  }
  return "?";
}

std::optional<Outcome> outcome_from(std::string_view word) {
  for (const Outcome outcome : {Outcome::pass, Outcome::fail, Outcome::not_observed})
    if (word == to_string(outcome)) return outcome;
  return std::nullopt;
}

std::string_view to_string(StepClass step_class) {
  switch (step_class) {
    case StepClass::prepares:
      return "prepares";
    case StepClass::acts:
      return "acts";
    case StepClass::observes:
      return "observes";
  }
  return "?";
}

std::optional<StepClass> step_class_from(std::string_view word) {
  for (const StepClass each : {StepClass::prepares, StepClass::acts, StepClass::observes})
    if (word == to_string(each)) return each;
  return std::nullopt;
}

Tally tally(const Timeline& timeline) {
  Tally sum;
  for (const auto& step : timeline.steps) {
    if (!step.skipped.empty()) ++sum.skipped;
    for (const auto& check : step.checks) {
      if (check.outcome == Outcome::pass) ++sum.pass;
      if (check.outcome == Outcome::fail) ++sum.fail;
      if (check.outcome == Outcome::not_observed) ++sum.not_observed;
    }
  }
  return sum;
}

Outcome verdict_of(const Timeline& timeline) {
  const Tally sum = tally(timeline);
  if (sum.fail > 0 || !timeline.aborted.empty()) return Outcome::fail;
  if (!timeline.missed.empty()) return Outcome::not_observed;
  return sum.pass == 0 && sum.not_observed > 0 ? Outcome::not_observed : Outcome::pass;
}

std::string why_not_observed(const Check& check) {
  // Where two witnesses are compared the reason names the one that is missing.
  const std::size_t colon = check.seen.find(": ");
  const auto named = witness_from(std::string_view(check.seen).substr(0, colon));
  return named && check.witnesses.contains(*named)
             ? check.seen
             : fmt::format("{}: {}", check.witnesses.str(), check.seen);
}

const StepRecord* record_of(const Timeline& timeline, std::size_t index) {
  for (const StepRecord& step : timeline.steps)
    if (step.index == index) return &step;
  return nullptr;
}

std::vector<Address> addresses_of(const HostRecord& host) {
  std::vector<Address> all;
  for (const auto& [device, address] : host.addresses) all.push_back(address);
  for (const NamedAddress& extra : host.extra_addresses) all.push_back(extra.address);
  return all;
}

std::string name_of(const Timeline& timeline, const Endpoint& endpoint) {
  for (const auto& host : timeline.hosts)
    for (const Address& address : addresses_of(host))
      if (address == endpoint.address) return fmt::format("{}:{}", host.name, endpoint.port);
  return endpoint.str();
}

}  // namespace lab
