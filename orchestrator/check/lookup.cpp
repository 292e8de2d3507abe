// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "check/parts.hpp"
#include "check/resolve.hpp"
#include "language/step_facts.hpp"

namespace lab::check {
namespace {

constexpr Witness module = Witness::module;

// The names of each step of the receive path in a scenario and in an answer.
struct PathStep {
  std::string_view word;
  LookupStepName step;
  std::optional<LookupResult> scenario::Lookup::*expected;
};
constexpr PathStep lookup_path[] = {
    {"ehash", LookupStepName::ehash, &scenario::Lookup::ehash},
    {"exact", LookupStepName::exact, &scenario::Lookup::exact},
    {"wildcard", LookupStepName::wildcard, &scenario::Lookup::wildcard},
    {"bind", LookupStepName::bind, &scenario::Lookup::bind},
};

// The socket that receives the segment. Ignores the bind table, which the receive path does
// not search.
const Row* socket_found(const LookupAnswer& answer) {
  for (const LookupStepName name : {LookupStepName::verdict, LookupStepName::ehash,
                                    LookupStepName::exact, LookupStepName::wildcard})
    if (const LookupStep* step = answer.find(name); step && step->socket) return &*step->socket;
  return nullptr;
}

std::string walked(const LookupStep& step) {
  if (step.bucket && step.walked)
    return fmt::format("{}, {} walked in bucket {}", to_string(step.result), *step.walked,
                       *step.bucket);
  return std::string(to_string(step.result));
}

void judge_steps(const scenario::Lookup& lookup, const LookupAnswer& answer,
                 std::vector<Check>& checks) {
  for (const PathStep& each : lookup_path) {
    if (!(lookup.*each.expected)) continue;
    const LookupResult expected = *(lookup.*each.expected);
    const std::string title =
        fmt::format("lookup on {}: {} {}", lookup.host, each.word, to_string(expected));
    const std::string wanted =
        fmt::format("the step {} says {}", to_string(each.step), to_string(expected));
    const LookupStep* step = answer.find(each.step);
    if (!step) {
      checks.push_back(failed(title, module, wanted, "the answer has no such step"));
      continue;
    }
    const std::string seen = fmt::format("it says {}", walked(*step));
    checks.push_back(step->result == expected ? passed(title, module, wanted, seen)
                                              : failed(title, module, wanted, seen));
  }
}

Check judge_socket(const Context& context, const scenario::Lookup& lookup, const Row* found) {
  const std::string title = fmt::format("lookup on {} finds {}", lookup.host, lookup.socket);
  const std::string expected = fmt::format("it finds {}", lookup.socket);
  if (!found) return failed(title, module, expected, "no socket was found");
  const SocketRecord* socket = socket_named(context.timeline, lookup.socket);
  const std::string seen = fmt::format("found {}", describe(context.timeline, *found));
  return socket && is_socket(*socket, *found) ? passed(title, module, expected, seen)
                                              : failed(title, module, expected, seen);
}

Check judge_state(const scenario::Lookup& lookup, const Row* found) {
  const std::string_view state = to_string(*lookup.state);
  const std::string title = fmt::format("lookup on {} finds a socket in {}", lookup.host, state);
  const std::string expected = fmt::format("it finds a socket in {}", state);
  if (!found) return failed(title, module, expected, "no socket was found");
  const std::string seen = fmt::format("it is in {}", to_string(found->state));
  return found->state == *lookup.state ? passed(title, module, expected, seen)
                                       : failed(title, module, expected, seen);
}

Check judge_verdict(const scenario::Lookup& lookup, const LookupAnswer& answer) {
  const std::string title =
      fmt::format("lookup on {}: verdict {}", lookup.host, to_string(*lookup.verdict));
  const std::string expected = fmt::format("the verdict is {}", to_string(*lookup.verdict));
  const std::string seen =
      fmt::format("it is {}, by {}", to_string(answer.verdict), answer.handler);
  return answer.verdict == lookup.verdict ? passed(title, module, expected, seen)
                                          : failed(title, module, expected, seen);
}

Check judge_agreement(const scenario::Lookup& lookup, const LookupAnswer& answer) {
  const std::string title = fmt::format(
      "lookup on {}: the module's walk agrees with the kernel's functions", lookup.host);
  const std::string expected =
      "the module's own walk finds what __inet_lookup_established() and the listener lookup find";
  if (answer.agrees) return passed(title, module, expected, "both found the same");
  const std::string caveat =
      answer.caveat.empty() ? "" : fmt::format("; the module's caveat: {}", answer.caveat);
  return failed(title, module, expected, "they found different sockets" + caveat);
}

}  // namespace

std::vector<Check> judge_step(const Context& context, const scenario::Lookup& lookup) {
  if (context.record.lookups.empty() || !context.record.lookups.back().answer)
    return {not_observed(language::describe(context.step.action), module,
                         "the module answers the lookup",
                         context.record.lookups.empty() ? "the module was not asked"
                                                        : context.record.lookups.back().why_not)};
  const LookupAnswer& answer = *context.record.lookups.back().answer;
  const Row* found = socket_found(answer);
  std::vector<Check> checks;
  judge_steps(lookup, answer, checks);
  if (lookup.verdict) checks.push_back(judge_verdict(lookup, answer));
  if (!lookup.socket.empty()) checks.push_back(judge_socket(context, lookup, found));
  if (lookup.state) checks.push_back(judge_state(lookup, found));
  checks.push_back(judge_agreement(lookup, answer));
  return checks;
}

}  // namespace lab::check
