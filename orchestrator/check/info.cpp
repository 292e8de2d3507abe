// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "check/parts.hpp"
#include "language/step_facts.hpp"

namespace lab::check {
namespace {

std::string counted(std::uint32_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

Check judged(bool holds, std::string title, std::string expected, std::string seen) {
  return holds ? passed(std::move(title), Witness::socket, std::move(expected), std::move(seen))
               : failed(std::move(title), Witness::socket, std::move(expected), std::move(seen));
}

Check judge_state(const scenario::Info& info, const TcpInfo& seen) {
  return judged(seen.state == *info.state,
                fmt::format("{} is in {}", info.socket, to_string(*info.state)),
                fmt::format("tcpi_state is {}", to_string(*info.state)),
                fmt::format("it is {}", to_string(seen.state)));
}

Check judge_option(const scenario::Info& info, const TcpInfo& seen, const std::string& option,
                   bool wanted) {
  const bool there = std::ranges::find(seen.options, option) != seen.options.end();
  return judged(there == wanted,
                fmt::format("{} {} {}", info.socket, wanted ? "has" : "lacks", option),
                fmt::format("tcpi_options {} {}", wanted ? "has" : "lacks", option),
                seen.options.empty() ? "it has none"
                                     : fmt::format("it has {}", fmt::join(seen.options, ", ")));
}

Check judge_count(const scenario::Info& info, std::string_view field, std::string_view noun,
                  std::uint32_t expected, std::uint32_t seen) {
  return judged(seen == expected, fmt::format("{} counts {}", info.socket, counted(expected, noun)),
                fmt::format("{} is {}", field, expected), fmt::format("it is {}", seen));
}

// Whether it is a time that the kernel has measured, or a rate.
bool is_measured(std::string_view field) {
  constexpr std::string_view parts[] = {"rtt",      "rto",   "_last_", "_time",
                                        "_limited", "_rate", "ato"};
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return field.find(part) != std::string_view::npos; });
}

// `delayed`: nanoseconds that this machine may take for what a real one does at once.
Check judge_field(const scenario::Info& info, const TcpInfo& seen, const scenario::InfoField& field,
                  std::int64_t delayed) {
  const std::string title = fmt::format("{} of {} is {}", field.name, info.socket, field.words);
  const std::string expected = fmt::format("{} is {}", field.name, field.words);
  const auto found = seen.fields.find(field.name);
  if (found == seen.fields.end())
    return not_observed(title, Witness::socket, expected,
                        fmt::format("this kernel's TCP_INFO has no {}", field.name));
  const bool holds = found->second >= field.least && found->second <= field.most;
  if (!holds && delayed > 0 && is_measured(field.name))
    return not_observed(
        title, Witness::socket, expected,
        fmt::format("it is {}, but this machine is too slow to measure it", found->second));
  return judged(holds, title, expected, fmt::format("it is {}", found->second));
}

}  // namespace

std::vector<Check> judge_step(const Context& context, const scenario::Info& info) {
  if (!context.record.info)
    return {not_observed(language::describe(context.step.action), Witness::socket,
                         "getsockopt() gives TCP_INFO", "the socket was not asked")};
  const TcpInfo& seen = *context.record.info;
  std::vector<Check> checks;
  if (info.state) checks.push_back(judge_state(info, seen));
  for (const std::string& option : info.has)
    checks.push_back(judge_option(info, seen, option, true));
  for (const std::string& option : info.lacks)
    checks.push_back(judge_option(info, seen, option, false));
  if (info.retransmissions)
    checks.push_back(judge_count(info, "tcpi_total_retrans", "retransmission",
                                 *info.retransmissions, seen.total_retransmissions));
  if (info.unacknowledged)
    checks.push_back(judge_count(info, "tcpi_unacked", "unacknowledged segment",
                                 *info.unacknowledged, seen.unacknowledged));
  for (const scenario::InfoField& field : info.fields)
    checks.push_back(
        judge_field(info, seen, field, context.record.due ? context.record.due->delayed : 0));
  return checks;
}

}  // namespace lab::check
