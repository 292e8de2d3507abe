// SPDX-License-Identifier: MIT
//
// The verbs that act on links: ping, hold, mark, release.
#include <fmt/format.h>

#include "net/ping.hpp"
#include "run/addresses.hpp"
#include "run/run_context.hpp"
#include "util/error.hpp"

namespace lab::run {

void act(RunContext& context, const scenario::Ping& action, StepRecord& record) {
  const Address destination = resolve({action.to, {}, ""}, context.timeline).address;
  const Result result = ping(context.host(action.from).space(), destination, context.deadline());
  record.played.error = result.error;
  record.played.timed_out = result.error == ETIMEDOUT;
  record.played.observed =
      result.ok() ? fmt::format("{} answers", destination.str()) : errno_name(result.error);
}

void act(RunContext& context, const scenario::Hold& action, StepRecord& record) {
  Host& host = context.host(action.host);
  host.hold();
  context.timeline.hold_mechanism = host.hold_mechanism();
  record.played.observed = fmt::format("by {}", host.hold_mechanism());
}

void act(RunContext& context, const scenario::Mark& action, StepRecord&) {
  context.host(action.host).mark();
}

void act(RunContext& context, const scenario::Release& action, StepRecord&) {
  Host& host = context.host(action.host);
  if (action.until_mark)
    host.release_marked();
  else
    host.release_all();
}

}  // namespace lab::run
