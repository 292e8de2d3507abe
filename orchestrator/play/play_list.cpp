// SPDX-License-Identifier: MIT
#include "play/play_list.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::play {
namespace {

using scenario::Scenario;

bool has(const auto& all, const auto& wanted) {
  return std::ranges::find(all, wanted) != all.end();
}

// Reads a file once for each selected variant.
std::vector<Scenario> readings(const std::string& file, const Options& options, const Load& load) {
  parser::Reading reading{"", options.parameters};
  if (options.only_known_parameters) {
    const Scenario declared = load(file, {});
    std::erase_if(reading.parameters,
                  [&](const auto& each) { return !declared.parameters.contains(each.first); });
  }
  Scenario plain = load(file, reading);
  std::vector<Scenario> result;
  for (const std::string& variant : plain.variants) {
    if (!options.variant.empty() && variant != options.variant) continue;
    reading.variant = variant;
    result.push_back(load(file, reading));
  }
  if (result.empty()) result.push_back(std::move(plain));
  return result;
}

// Why it is skipped; empty: it runs.
std::string why_skipped(const Scenario& scenario, Family family, const Options& options) {
  if (!options.variant.empty() && scenario.variant != options.variant)
    return fmt::format("the scenario has no variant \"{}\"", options.variant);
  if (!has(scenario.families, family)) return "the scenario does not list this family (families)";
  return "";
}

void require_variant(const std::vector<Scenario>& scenarios, const std::string& wanted) {
  if (wanted.empty()) return;
  std::vector<std::string> known;
  for (const Scenario& scenario : scenarios)
    for (const std::string& variant : scenario.variants)
      if (!has(known, variant)) known.push_back(variant);
  if (has(known, wanted)) return;
  const auto near = nearest(wanted, known);
  throw UsageError(fmt::format("--variant {}: {}", wanted,
                               known.empty() ? "none of these scenarios has variants; leave it out"
                               : near.empty()
                                   ? fmt::format("known variants: {}", fmt::join(known, ", "))
                                   : fmt::format("did you mean {}?", fmt::join(near, " or "))));
}

}  // namespace

report::PlayResult named(const Play& play) {
  report::PlayResult result;
  result.scenario = play.scenario->name;
  result.file = play.scenario->file;
  result.variant = play.scenario->variant;
  result.family = play.family;
  return result;
}

std::vector<Play> plays_of(const std::vector<std::string>& files, const Options& options,
                           const Load& load) {
  std::vector<Scenario> scenarios;
  std::string mistakes;
  for (const std::string& file : files) {
    try {
      for (Scenario& reading : readings(file, options, load))
        scenarios.push_back(std::move(reading));
    } catch (const UsageError& mistake) {
      mistakes.append(mistakes.empty() ? "" : "\n").append(mistake.what());
    }
  }
  if (!mistakes.empty()) throw UsageError(mistakes);
  require_variant(scenarios, options.variant);

  std::vector<Play> plays;
  for (Scenario& each : scenarios) {
    const auto shared = std::make_shared<const Scenario>(std::move(each));
    for (const Family family : options.families.empty() ? shared->families : options.families)
      plays.push_back({shared, family, why_skipped(*shared, family, options)});
  }
  return plays;
}

std::map<std::string, std::string> parameters_from(const std::vector<std::string>& settings) {
  std::map<std::string, std::string> parameters;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw UsageError(fmt::format("--set {}: write NAME=VALUE, as in --set port=9000", setting));
    const std::string name = setting.substr(0, equals);
    if (!parameters.emplace(name, setting.substr(equals + 1)).second)
      throw UsageError(fmt::format("--set {}: {} is set twice; keep one", setting, name));
  }
  return parameters;
}

std::string lab_name(const Options& options, const std::vector<Play>& plays, const Play& play) {
  const scenario::Scenario& scenario = *play.scenario;
  const std::string& base = options.keep->empty() ? scenario.name : *options.keep;
  const auto played =
      std::ranges::count_if(plays, [](const Play& each) { return each.skip.empty(); });
  if (played <= 1) return base;
  // Several labs need distinct names.
  std::string name = base;
  if (!options.keep->empty() && base != scenario.name) name += "-" + scenario.name;
  name += play.family == Family::inet ? "-ipv4" : "-ipv6";
  if (!scenario.variant.empty()) name += "-" + scenario.variant;
  return name;
}

}  // namespace lab::play
