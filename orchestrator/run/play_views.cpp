// SPDX-License-Identifier: MIT
//
// The verbs that only look: tables, lookup, packets, path.
#include "run/addresses.hpp"
#include "run/stage.hpp"
#include "view/snapshot.hpp"

namespace lab::run {
namespace {

void take_snapshots(Stage& stage, const std::vector<std::string>& hosts, StepRecord& record) {
  record.snapshots.clear();
  for (const std::string& name : hosts) {
    Host& host = stage.host(name);
    record.snapshots.push_back(take_snapshot(name, host.module(), host.sock_diag()));
  }
}

}  // namespace

void act(Stage& stage, const scenario::Tables& action, StepRecord& record) {
  take_snapshots(stage, action.hosts, record);
}

void act(Stage& stage, const scenario::Lookup& action, StepRecord& record) {
  record.lookups.clear();
  lab::Lookup seen;
  seen.host = action.host;
  ModuleHere& here = stage.host(action.host).module();
  if (here.module) {
    const Tuple tuple{resolve(action.from, stage.timeline), resolve(action.to, stage.timeline),
                      action.device};
    seen.answer = here.module->lookup({tuple}).front();
    record.played.observed = seen.answer->verdict;
  } else {
    seen.why_not = here.why_not;
    record.played.observed = "not observed";
  }
  record.lookups.push_back(std::move(seen));
}

void act(Stage&, const scenario::Packets&, StepRecord&) {
  // The runner has drained the captures; the timeline holds what there is.
}

void act(Stage& stage, const scenario::Path&, StepRecord&) {
  stage.drain();
  stage.count_missed();  // after it: what is missing among these events
}

void act(Stage& stage, const scenario::NoRetransmission&, StepRecord& record) {
  std::vector<std::string> hosts;
  for (const Host& host : stage.hosts) hosts.push_back(host.name());
  take_snapshots(stage, hosts, record);  // sock_diag counts each socket's retransmissions
}

}  // namespace lab::run
