// SPDX-License-Identifier: MIT
#include "check/agreement.hpp"
#include "language/step_facts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lab::check {
namespace {

// Why the witnesses cannot be compared on any of these tables; empty: on at least one they
// can.
std::string why_incomparable(const Snapshot& snapshot, const std::vector<SeenTable>& tables) {
  std::string why = "no table was seen by two witnesses";
  for (const SeenTable table : tables) {
    const auto& witnesses = snapshot.*table;
    const auto blind = std::find_if(witnesses.begin(), witnesses.end(),
                                    [](const Witnessed& each) { return !each.rows; });
    if (blind != witnesses.end())
      why = fmt::format("{}: {}", to_string(blind->witness), blind->why_not);
    else if (witnesses.size() >= 2)
      return "";
  }
  return why;
}

}  // namespace

Check judge_agreement(const Snapshot& snapshot, const std::vector<SeenTable>& tables) {
  const std::string title = fmt::format("the witnesses agree on {}", snapshot.host);
  const std::string expected =
      fmt::format("the module and sock_diag show the same tables on {}", snapshot.host);
  const Witnesses witness{Witness::module, Witness::sock_diag};
  if (!snapshot.disagreements.empty())
    return failed(title, witness, expected,
                  fmt::format("{}", fmt::join(snapshot.disagreements, "; ")));
  if (const std::string why = why_incomparable(snapshot, tables); !why.empty())
    return not_observed(title, witness, expected, why);
  // Tables that still change fail: the runner looks again, until the deadline.
  if (!snapshot.settled)
    return failed(title, witness, expected,
                  "the tables changed during every read, so they could not be compared");
  return passed(title, witness, expected, "they do");
}

const Snapshot* last_of(const std::vector<Snapshot>& snapshots, const std::string& host) {
  const auto found = std::find_if(snapshots.rbegin(), snapshots.rend(),
                                  [&](const Snapshot& each) { return each.host == host; });
  return found == snapshots.rend() ? nullptr : &*found;
}

Check no_snapshot(const Context& context, const std::string& host) {
  return not_observed(fmt::format("the tables of {}", host), Witness::module,
                      language::describe(context.step.action),
                      "no snapshot of this host was taken");
}

std::vector<Check> judge_step(const Context& context, const scenario::Observe& observe) {
  std::vector<Check> checks;
  for (const std::string& host : observe.hosts) {
    const Snapshot* snapshot = last_of(context.record.snapshots, host);
    checks.push_back(snapshot ? judge_agreement(*snapshot, {&Snapshot::listeners, &Snapshot::bound,
                                                            &Snapshot::ehash})
                              : no_snapshot(context, host));
  }
  return checks;
}

}  // namespace lab::check
