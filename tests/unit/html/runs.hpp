// SPDX-License-Identifier: MIT
//
// Runs made by hand for the tests of the page, besides those of the report.
#pragma once

#include <string>

#include "html/page.hpp"
#include "support/timelines.hpp"

namespace lab::html::testing {

using namespace lab::testing;

inline report::Summary summary_of(const std::vector<Run>& runs) {
  report::Summary summary;
  for (const Run& run : runs) summary.add(report::result_of(run.timeline));
  summary.scenarios = summary.plays.size();
  return summary;
}

inline std::string page_of(const std::vector<Run>& runs) { return page(runs, summary_of(runs)); }

inline LookupStep looked(LookupStepName step, LookupResult result, std::uint32_t bucket,
                         std::uint32_t walked) {
  return {step, result, bucket, walked, std::nullopt, std::nullopt};
}

// A server with two listeners on its port, asked what a SYN would meet: no
// connection, nobody on the exact address, and in the wildcard's bucket, behind a
// socket of another host, the listener.
inline Timeline asked() {
  Story story;
  Timeline& run = story.timeline;
  run.scenario = "asked";
  run.title = "What a SYN would meet";
  run.rule = "RFC 9293; tcp_v4_rcv(), __inet_lookup_listener()";
  run.file = "asked.yaml";
  run.kernel = "6.1.0-56-cloud-amd64";
  run.module = "schema 1";
  link_two_hosts(run, "client", "server");
  run.sockets = {{"srv", "server", 31, 301}, {"old", "server", 32, 302}};

  const Row srv = row(TcpState::listen, "0.0.0.0:8888", nullptr, 31);
  const Row old = row(TcpState::closed, "0.0.0.0:8888", nullptr, 32);
  const Row other = row(TcpState::established, "10.0.0.2:8888", "10.0.0.1:50000", 33);
  story.step("listen on srv");
  auto& before = story.step("tables of server");
  before.snapshots = {
      {"server",
       {{Witness::module, std::vector<Row>{placed(srv, 86, 2)}, ""}},
       {{Witness::module, std::vector<Row>{placed(srv, 624, 0), placed(old, 624, 0)}, ""}},
       {{Witness::module, std::vector<Row>{placed(other, 3980, 0)}, ""}},
       true,
       {}}};
  auto& lookup = story.step("lookup on server: client:40000 > server:8888");
  LookupAnswer answer;
  answer.tuple = {at("10.0.0.1:40000"), at("10.0.0.2:8888"), ""};
  answer.steps = {
      looked(LookupStepName::ehash, LookupResult::miss, 3980, 1),
      looked(LookupStepName::exact, LookupResult::miss, 55, 0),
      looked(LookupStepName::wildcard, LookupResult::hit, 86, 3),
      looked(LookupStepName::bind, LookupResult::hit, 624, 2),
      {LookupStepName::verdict, LookupResult::hit, std::nullopt, std::nullopt, std::nullopt, srv}};
  answer.steps[2].score = 2;
  answer.steps[2].socket = srv;
  answer.steps[3].socket = srv;
  answer.verdict = LookupVerdict::conn_request;
  answer.handler = "tcp_conn_request";
  answer.agrees = true;
  lookup.lookups = {{"server", answer, ""}};
  lookup.checks = {passed("lookup on server: verdict CONN-REQUEST", Witness::module)};
  return run;
}

}  // namespace lab::html::testing
