// SPDX-License-Identifier: MIT
//
// Small records that tests of several modules read.
#pragma once

#include <cerrno>

#include "record/timeline.hpp"

namespace lab {

// One step, with a check of each outcome, a snapshot and a lookup.
inline Timeline small_run() {
  Timeline run;
  run.scenario = "no-listen";
  run.family = Family::inet6;
  run.hosts = {{"server", {{"eth0", Address::parse("fd00::2").value()}}, 4026532001}};
  run.links = {{"client:eth0", "server:eth0"}};
  run.sockets = {{"srv", "server", 7, 70}};
  StepRecord step;
  step.text = "connect c to server:8888";
  step.line = 31;
  step.begin = 1'700'000'000'000'000'001;
  step.played.error = ECONNREFUSED;
  step.checks = {{Outcome::pass, "refused", Witness::socket, "", ""},
                 {Outcome::fail, "bound shows srv", Witness::sock_diag, "one row", "none"},
                 {Outcome::not_observed, "bound shows srv", Witness::module, "", "not loaded"},
                 {Outcome::pass, "RST", Witness::packets, "", ""}};
  Snapshot snapshot;
  snapshot.host = "server";
  snapshot.ehash = {{Witness::module, std::nullopt, "not loaded"},
                    {Witness::sock_diag, std::vector<Row>{}, ""}};
  step.snapshots = {snapshot};
  step.lookups = {{"server", std::nullopt, "not loaded"}};
  run.steps = {step};
  return run;
}

// A SYN to a port that is bound and where no socket listens.
inline LookupAnswer refused_lookup() {
  LookupAnswer answer;
  answer.tuple = {Endpoint::parse("10.0.0.1:40000").value(),
                  Endpoint::parse("10.0.0.2:8888").value(), "eth0"};
  answer.steps = {{LookupStepName::ehash, LookupResult::miss, 4711, 0, {}, {}},
                  {LookupStepName::exact, LookupResult::miss, 5, 2, {}, {}},
                  {LookupStepName::bind, LookupResult::hit, {}, {}, {}, Row{}}};
  answer.verdict = LookupVerdict::rst;
  answer.handler = "tcp_v4_send_reset";
  answer.agrees = true;
  return answer;
}

}  // namespace lab
