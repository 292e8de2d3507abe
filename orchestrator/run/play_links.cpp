// SPDX-License-Identifier: MIT
//
// The verbs that act on links: ping, hold, mark, release.
#include <fmt/format.h>

#include "net/ping.hpp"
#include "run/addresses.hpp"
#include "run/stage.hpp"
#include "util/error.hpp"

namespace lab::run {

void act(Stage& stage, const scenario::Ping& action, StepRecord& record) {
  const Address destination = resolve({action.to, {}, ""}, stage.timeline).address;
  const Result result = ping(stage.host(action.from).space(), destination, stage.deadline());
  record.played.error = result.error;
  record.played.timed_out = result.error == ETIMEDOUT;
  record.played.observed = result.ok() ? fmt::format("{} answers", destination.str())
                                       : errno_name(result.error);
}

void act(Stage& stage, const scenario::Hold& action, StepRecord& record) {
  Host& host = stage.host(action.host);
  host.hold();
  stage.timeline.hold_mechanism = host.hold_mechanism();
  record.played.observed = fmt::format("by {}", host.hold_mechanism());
}

void act(Stage& stage, const scenario::Mark& action, StepRecord&) {
  stage.host(action.host).mark();
}

void act(Stage& stage, const scenario::Release& action, StepRecord&) {
  Host& host = stage.host(action.host);
  if (action.until_mark)
    host.release_marked();
  else
    host.release_all();
}

}  // namespace lab::run
