// SPDX-License-Identifier: MIT
#include "run/conditions.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <set>

#include "run/features.hpp"
#include "scenario/condition.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

using scenario::Condition;
using scenario::Scenario;

bool is_in_range(const Condition& condition) {
  try {
    return holds(scenario::parse_kernel_range(condition.kernel, condition.at), kernel_release());
  } catch (const scenario::Problem& problem) {
    throw UsageError(fmt::format("kernel: {}", problem.what()));
  }
}

// `because` is what the scenario's writer says.
std::string explained(std::string why, const std::string& because) {
  return because.empty() ? why : fmt::format("{} ({})", why, because);
}

// A step that depends on the kernel says itself what it takes, and is skipped alone.
bool is_played_anyway(const scenario::Step& step, const Scenario& scenario, Family family) {
  return !step.when || (concerns(*step.when, family, scenario.variant) &&
                        step.when->kernel.empty() && step.when->feature.empty());
}

// What takes a feature without saying so.
std::set<std::string> features_taken(const Scenario& scenario, Family family) {
  std::set<std::string> features;
  for (const scenario::Link& link : scenario.links)
    if (link.delay.count() > 0 || link.loss > 0) features.insert("netem");
  for (const scenario::Host& host : scenario.hosts) {
    if (!host.vrfs.empty()) features.insert("vrf");
    if (!host.nftables.empty()) features.insert("nftables");
  }
  for (const scenario::Step& step : scenario.steps) {
    if (!is_played_anyway(step, scenario, family)) continue;
    if (std::holds_alternative<scenario::Nftables>(step.action) ||
        std::holds_alternative<scenario::Drop>(step.action))
      features.insert("nftables");
  }
  return features;
}

}  // namespace

std::string kernel_release() {
  utsname name{};
  ::uname(&name);
  return name.release;
}

std::optional<std::string> why_not(const Condition& condition) {
  if (!condition.kernel.empty() && !is_in_range(condition))
    return explained(
        fmt::format("needs a kernel {}, this is {}", condition.kernel, kernel_release()),
        condition.because);
  if (condition.feature.empty()) return std::nullopt;
  const auto why = why_missing(condition.feature);
  if (!why) return std::nullopt;
  return explained(fmt::format("needs {}: {}", condition.feature, *why), condition.because);
}

std::optional<std::string> why_skipped(const Scenario& scenario, Family family) {
  for (const Condition& need : scenario.needs)
    if (concerns(need, family, scenario.variant))
      if (auto why = why_not(need)) return why;
  for (const std::string& feature : features_taken(scenario, family))
    if (const auto why = why_missing(feature)) return fmt::format("needs {}: {}", feature, *why);
  return std::nullopt;
}

}  // namespace lab::run
