// SPDX-License-Identifier: MIT
#include "run/conditions.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "run/features.hpp"
#include "scenario/condition.hpp"
#include "scenario/features.hpp"
#include "util/error.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::run {
namespace {

using scenario::Condition;
using scenario::Scenario;

bool is_in_range(const Condition& condition) {
  try {
    return holds(scenario::parse_kernel_range(condition.kernel, condition.at), kernel_release());
  } catch (const yaml::Problem& problem) {
    throw UsageError(fmt::format("kernel: {}", problem.what()));
  }
}

// `because` is the author's explanation in the scenario.
std::string explained(std::string why, const std::string& because) {
  return because.empty() ? why : fmt::format("{} ({})", why, because);
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
  if (family == Family::inet6 && ::access("/proc/sys/net/ipv6", F_OK) != 0)
    return "needs IPv6: this kernel has none";
  for (const std::string& feature : scenario::needed_features(scenario))
    if (const auto why = why_missing(feature)) return fmt::format("needs {}: {}", feature, *why);
  return std::nullopt;
}

}  // namespace lab::run
