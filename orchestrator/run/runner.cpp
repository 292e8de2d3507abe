// SPDX-License-Identifier: MIT
#include "run/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "capture/timestamps.hpp"
#include "check/judge.hpp"
#include "check/unexpected.hpp"
#include "language/step_facts.hpp"
#include "run/actions.hpp"
#include "run/addresses.hpp"
#include "run/arrivals.hpp"
#include "run/conditions.hpp"
#include "run/run_context.hpp"
#include "run/script_clock.hpp"
#include "run/settle.hpp"
#include "run/unanswered.hpp"
#include "scenario/condition.hpp"
#include "util/clock.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

// The facts are those of Module::open_here(), the same for every host.
std::string describe_module(Host& host) {
  if (!host.module().module) return "not observed: " + host.module().why_not;
  const auto& info = host.module().module->info();
  const auto schema = info.find("schema");
  return "tcp_lookup.ko, schema " + (schema == info.end() ? "?" : schema->second);
}

// The functions of the receive path that the module cannot probe in this kernel, and why;
// also whether it sees drops. (The "sees_" facts of the tables are always "yes".)
std::map<std::string, std::string> blind_spots(Host& host) {
  std::map<std::string, std::string> blind;
  if (!host.module().module) return blind;
  constexpr std::string_view sees = "sees_";
  for (const auto& [fact, value] : host.module().module->info())
    if (fact.starts_with(sees) && value != "yes") blind[fact.substr(sees.size())] = value;
  return blind;
}

Timeline header(const scenario::Scenario& scenario, Family family, std::deque<Host>& hosts) {
  Timeline timeline;
  timeline.scenario = scenario.name;
  timeline.title = scenario.title;
  timeline.rule = scenario.rule;
  timeline.file = scenario.file;
  timeline.variant = scenario.variant;
  timeline.family = family;
  timeline.kernel = kernel_release();
  timeline.module = describe_module(hosts.front());
  timeline.no_trace = hosts.front().trace().why_not;
  timeline.trace_blind = blind_spots(hosts.front());
  for (const Host& host : hosts) timeline.hosts.push_back(record_of(host));
  for (const scenario::Link& link : scenario.links)
    timeline.links.emplace_back(fmt::format("{}:{}", link.ends[0].host, link.ends[0].device),
                                fmt::format("{}:{}", link.ends[1].host, link.ends[1].device));
  return timeline;
}

bool any_failed(const std::vector<Check>& checks) {
  return std::any_of(checks.begin(), checks.end(),
                     [](const Check& check) { return check.outcome == Outcome::fail; });
}

StepRecord record_for(const scenario::Scenario& scenario, std::size_t index) {
  const scenario::Step& step = scenario.steps[index];
  StepRecord record;
  record.index = index;
  record.verb = language::verb_of(step.action);
  record.hosts = language::hosts_of(scenario, step.action);
  record.step_class = language::class_of(step.action);
  record.text = language::describe(step.action);
  record.subject = language::words_of(step.action).subject;
  record.note = step.note;
  record.line = step.at.line;
  record.begin = record.end = now();
  return record;
}

StepRecord play_step(RunContext& context, std::size_t index, ScriptClock& clock) {
  const scenario::Step& step = context.scenario.steps[index];
  StepRecord record = record_for(context.scenario, index);
  if (step.moment) {
    play_on_time(context, step, clock, record);
    return record;
  }
  const Deadline deadline = context.deadline();
  for (;;) {
    const Timestamp before = record.end;
    play(context, step.action, record);
    context.drain();
    if (record.end == before) record.end = now();  // else the step knows
    record.checks = check::judge(context.scenario, step, record, context.timeline);
    if (!check::waits(step.action) || !any_failed(record.checks)) return record;
    if (deadline.passed()) {
      // Judge once more with timed_out set, so that the check can report how long it waited.
      record.played.timed_out = true;
      record.checks = check::judge(context.scenario, step, record, context.timeline);
      return record;
    }
    context.await_change(deadline);
  }
}

// Calls play_step(); an error that stops the run says where the step is in the file.
StepRecord play_placed(RunContext& context, std::size_t index, ScriptClock& clock) {
  const std::string& file = context.scenario.file;
  const scenario::Position at = context.scenario.steps[index].at;
  const auto placed = [&](const std::exception& error) {
    const std::string_view what = error.what();
    if (!file.empty() && what.starts_with(file + ":")) return std::string(what);
    return fmt::format("{}:{}:{}: {}", file, at.line, at.column, what);
  };
  try {
    return play_step(context, index, clock);
  } catch (const UsageError& mistake) {
    throw UsageError(placed(mistake));
  } catch (const EnvironmentError& error) {
    throw EnvironmentError(placed(error));
  }
}

// Runs a step, or records why it is skipped. Nothing: it is for another family or variant.
std::optional<StepRecord> take_step(RunContext& context, std::size_t index, ScriptClock& clock) {
  const scenario::Step& step = context.scenario.steps[index];
  if (!step.when) return play_placed(context, index, clock);
  if (!concerns(*step.when, context.timeline.family, context.scenario.variant)) return std::nullopt;
  const auto why = why_not(*step.when);
  if (!why) return play_placed(context, index, clock);
  StepRecord record = record_for(context.scenario, index);
  record.skipped = *why;
  return record;
}

// Lets programs without privileges bind low ports such as 80. A scenario about this limit sets
// the sysctl itself.
void open_low_ports(const scenario::Scenario& scenario, const std::deque<Host>& hosts) {
  const std::string name = "net.ipv4.ip_unprivileged_port_start";
  for (std::size_t number = 0; number < hosts.size(); ++number) {
    const auto& own = scenario.hosts[number].sysctls;
    if (std::ranges::none_of(own, [&](const auto& each) { return each.first == name; }))
      write_sysctl(hosts[number].netns(), sysctl_path(name), "0");
  }
}

// Adds a cause to the failed checks, while the state of the failure still exists.
void explain_failure(RunContext& context, const Audience& audience, StepRecord& record) {
  if (!any_failed(record.checks) || !audience.cause) return;
  const auto connect = unanswered(context, record);
  if (!connect) return;
  const std::string cause = audience.cause(*connect);
  for (Check& check : record.checks)
    if (check.outcome == Outcome::fail) check.cause = cause;
}

// Judges `then: nothing`, and notes other segments behind the last expected ones. A run that ended
// early has not reached what it expects.
void find_unexpected(RunContext& context) {
  Timeline& timeline = context.timeline;
  if (!timeline.aborted.empty() || !timeline.missed.empty()) return;
  const bool decides = std::ranges::any_of(context.scenario.steps, [](const scenario::Step& step) {
    const auto* packets = std::get_if<scenario::Packets>(&step.action);
    return packets && packets->nothing_more;
  });
  if (decides) await_delivery(context, context.deadline());
  for (const check::Unexpected& each : check::unexpected_segments(context.scenario, timeline)) {
    if (!each.check) {
      if (!each.segments.empty()) timeline.unexpected.push_back(check::describe(each));
      continue;
    }
    const auto step = std::ranges::find(timeline.steps, each.step, &StepRecord::index);
    if (step == timeline.steps.end()) continue;
    step->checks.push_back(*each.check);
    if (each.check->outcome == Outcome::fail)
      timeline.aborted = fmt::format("step {} failed: {}", each.step + 1, step->text);
  }
}

}  // namespace

void prepare_to_play() try {
  await_timestamps(Deadline(std::chrono::seconds(10)));
} catch (const EnvironmentError&) {
  // Without the privilege, or in a kernel that lacks something.
}

Timeline play(const scenario::Scenario& scenario, Family family, const Audience& audience,
              Programs programs) {
  RunContext context{scenario, std::nullopt, build(scenario, family), {}, {}, {}};
  context.confined = programs == Programs::confined;
  if (context.confined) open_low_ports(scenario, context.hosts);
  context.timeline = header(scenario, family, context.hosts);
  context.timeline.begin = now();
  if (audience.begun) audience.begun(context.timeline);

  ScriptClock clock;
  for (std::size_t index = 0; index < scenario.steps.size(); ++index) {
    auto taken = take_step(context, index, clock);
    if (!taken) continue;
    const bool only_looked = taken->step_class == StepClass::observes;
    const bool is_over = any_failed(taken->checks) && !(audience.goes_on && only_looked);
    // One that takes all of the processor must not delay the report.
    if (is_over) context.pause_programs();
    explain_failure(context, audience, *taken);
    context.timeline.steps.push_back(std::move(*taken));
    const StepRecord& record = context.timeline.steps.back();
    if (audience.stepped) audience.stepped(context.timeline, record);
    if (!context.timeline.missed.empty()) break;
    if (is_over) {
      context.timeline.aborted = fmt::format("step {} failed: {}", index + 1, record.text);
      break;
    }
  }
  context.drain();
  context.count_missed();
  find_unexpected(context);
  context.timeline.end = now();
  record_arrivals(context);
  // Not with the hosts, which stay until the report is made: the kernel takes its time
  // to close a capture (net/packet_fd.hpp).
  for (Host& host : context.hosts) host.stop_watching();
  if (audience.over) audience.over(context);
  return std::move(context.timeline);
}

}  // namespace lab::run
