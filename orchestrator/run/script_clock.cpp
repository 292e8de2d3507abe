// SPDX-License-Identifier: MIT
#include "run/script_clock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include "check/judge.hpp"
#include "check/next_segment.hpp"
#include "run/actions.hpp"
#include "util/fd.hpp"
#include "util/text.hpp"

namespace lab::run {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::int64_t ms = 1'000'000;  // nanoseconds

bool is_injection(const scenario::Step& step) {
  return std::holds_alternative<scenario::Inject>(step.action);
}

// The step's expectation of a segment, or null.
const scenario::Packets* expectation(const scenario::Step& step) {
  const auto* packets = std::get_if<scenario::Packets>(&step.action);
  return packets && packets->mode == scenario::Packets::Mode::next ? packets : nullptr;
}

// A program takes what time it takes.
bool is_command(const scenario::Step& step) {
  return std::holds_alternative<scenario::Exec>(step.action);
}

// A script says when each of its steps happens: this time is what is waited for. It is on the clock
// of the packets' timestamps.
void sleep_until(Timestamp time) {
  const timespec until{time / (1000 * ms), time % (1000 * ms)};
  while (::clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

bool any(const std::vector<Check>& checks, Outcome outcome) {
  return std::ranges::any_of(checks, [&](const Check& check) { return check.outcome == outcome; });
}

// How long past its time packetdrill waits for a packet (sniff_outbound_live_packet()).
constexpr std::int64_t patience = 2000 * ms;

// Waits until the expected segment has come, or another one, or none will. Returns when it came.
// `waited`: of the clock.
Timestamp await_segment(RunContext& context, const scenario::Step& step, std::int64_t waited,
                        StepRecord& record) {
  Due& due = *record.due;
  const bool any_time = step.moment->kind == scenario::Moment::Kind::any;
  const Timestamp give_up =
      any_time ? now() + nanoseconds(context.scenario.deadline).count() : due.latest + patience;
  due.delayed = slowness_of_processor();
  for (;;) {
    const auto segments = check::next_segments(context.timeline, context.scenario, record.index);
    record.end = now();
    if (check::is_whole(*expectation(step), segments)) {
      due.delayed = std::max(due.delayed, waited_for_processors() - waited);
      return segments.back().packet->time;
    }
    if (record.end >= give_up) return record.end;
    context.await_change(context.deadline());
    // It sleeps for 2 ms at most: the rest, another process had the processor.
    due.delayed = std::max(due.delayed, now() - record.end - 2 * ms);
    context.drain();
  }
}

// Others on this machine should not make the script late. packetdrill asks for a real-time priority
// (set_scheduling_priority()); this asks for less, and does without if it is refused.
void ask_for_the_processor() {
  constexpr int highest = -20;
  ::setpriority(PRIO_PROCESS, 0, highest);
}

std::string too_late(const Due& due, Timestamp begin) {
  return fmt::format("this machine would have begun it {:.3f} ms late; the tolerance is {:.3f} ms",
                     static_cast<double>(begin - due.earliest) / ms,
                     static_cast<double>(due.tolerance) / ms);
}

}  // namespace

std::int64_t slowness_of_processor() {
  static const bool emulated = [] {
    std::ifstream facts("/proc/cpuinfo");
    const std::string text{std::istreambuf_iterator<char>(facts), {}};
    return text.find("QEMU TCG") != std::string::npos;
  }();
  return emulated ? 50 * ms : 0;
}

std::int64_t waited_for_processors() {
  // Kept open, because it is read at each step of a script.
  static const Fd file(::open("/proc/pressure/cpu", O_RDONLY | O_CLOEXEC));
  char bytes[256];
  const ssize_t length = ::pread(file.get(), bytes, sizeof bytes, 0);
  constexpr std::string_view key = "total=";
  const std::string_view text(bytes, static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  const std::size_t begin = text.find(key);  // in the line of "some", which is the first
  if (begin == std::string_view::npos) return 0;
  const std::string_view number = text.substr(begin + key.size());
  return to_integer<std::int64_t>(number.substr(0, number.find_first_of(" \n"))).value_or(0) * 1000;
}

Due ScriptClock::due(const scenario::Step& step) {
  using Kind = scenario::Moment::Kind;
  const scenario::Moment& moment = *step.moment;
  if (!start_) {
    ask_for_the_processor();
    start_ = now();
    last_ = undelayed_ = *start_;
    waited_ = waited_for_processors();
  }
  if (moment.kind == Kind::any)
    return {std::numeric_limits<Timestamp>::min() / 2, std::numeric_limits<Timestamp>::max() / 2};
  Timestamp origin = *start_;
  if (moment.kind == Kind::relative)
    origin = is_injection(step) && last_injected_ ? *last_injected_ : last_;
  Due due{origin + nanoseconds(moment.begin).count(), origin + nanoseconds(moment.end).count()};
  const auto share = static_cast<std::int64_t>(moment.tolerance_percent / 100 *
                                               static_cast<double>(due.earliest - last_));
  due.tolerance = std::max(nanoseconds(moment.tolerance).count(), share);
  if (expectation(step) && moment.kind == Kind::relative)
    due.earliest -= std::max<Timestamp>(origin - undelayed_, 0);
  return due;
}

void ScriptClock::await(RunContext& context, const Due& due) {
  // poll(2) counts in milliseconds; the rest is slept exactly.
  for (Timestamp left = due.earliest - now(); left > 3 * ms; left = due.earliest - now()) {
    context.await_news(Deadline(milliseconds(left / ms - 2)));
    context.drain();
  }
  sleep_until(due.earliest);
}

void ScriptClock::happened(const scenario::Step& step, const Due& due, Timestamp when) {
  if (expectation(step) || due.earliest > last_) undelayed_ = when;
  last_ = std::max(last_, when);
  waited_ = waited_for_processors();
  last_injected_.reset();
  if (is_injection(step)) last_injected_ = due.earliest;
}

void play_on_time(RunContext& context, const scenario::Step& step, ScriptClock& clock,
                  StepRecord& record) {
  record.due = clock.due(step);
  if (!context.script.start) context.script.waited = waited_for_processors();
  context.script.start = clock.start();
  Timestamp happened = 0;
  if (expectation(step)) {
    happened = await_segment(context, step, clock.waited(), record);
  } else {
    ScriptClock::await(context, *record.due);
    record.begin = now();
    if (record.begin > record.due->latest + record.due->tolerance) {
      record.skipped = too_late(*record.due, record.begin);
      record.end = record.begin;
      context.timeline.missed = fmt::format("line {}: {}", record.line, record.skipped);
      return;
    }
    if (std::holds_alternative<scenario::Info>(step.action))
      record.due->delayed = slowness_of_processor();
    play(context, step.action, record);
    happened = record.end = now();
    context.drain();
  }
  clock.happened(step, *record.due, happened);
  if (!expectation(step) && !is_command(step) &&
      record.end - record.begin > std::max(record.due->tolerance, ms))
    context.timeline.missed =
        fmt::format("line {}: the call returned after {:.3f} ms; the tolerance is {:.3f} ms",
                    record.line, static_cast<double>(record.end - record.begin) / ms,
                    static_cast<double>(record.due->tolerance) / ms);
  record.checks = check::judge(context.scenario, step, record, context.timeline);
  if (any(record.checks, Outcome::fail)) return;
  for (const Check& check : record.checks)
    if (check.outcome == Outcome::not_observed)
      context.timeline.missed = fmt::format("line {}: {}", record.line, check.seen);
}

}  // namespace lab::run
