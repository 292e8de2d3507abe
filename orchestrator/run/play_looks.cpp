// SPDX-License-Identifier: MIT
//
// The verbs that state what is to be seen.

#include <algorithm>

#include "run/actions.hpp"
#include "run/addresses.hpp"
#include "view/snapshot.hpp"

namespace lab::run {
namespace {

void take_snapshots(RunContext& context, const std::vector<std::string>& hosts,
                    StepRecord& record) {
  record.snapshots.clear();
  for (const std::string& name : hosts) {
    Host& host = context.host(name);
    record.snapshots.push_back(take_snapshot(name, host.module(), host.sock_diag()));
  }
}

// What another witness shows, and what the two do not agree on, is not asked for.
void keep_only(Witness witness, Snapshot& snapshot) {
  for (auto* table : {&snapshot.listeners, &snapshot.bound, &snapshot.ehash})
    std::erase_if(*table, [&](const Witnessed& each) { return each.witness != witness; });
  snapshot.disagreements.clear();
}

void act(RunContext& context, const scenario::Tables& action, StepRecord& record) {
  take_snapshots(context, action.hosts, record);
  if (!action.witness) return;
  for (Snapshot& snapshot : record.snapshots) keep_only(*action.witness, snapshot);
}

void act(RunContext& context, const scenario::Observe& action, StepRecord& record) {
  take_snapshots(context, action.hosts, record);
}

void act(RunContext& context, const scenario::Lookup& action, StepRecord& record) {
  record.lookups.clear();
  lab::Lookup seen;
  seen.host = action.host;
  ModuleHere& here = context.host(action.host).module();
  if (here.module) {
    const Tuple tuple{resolve(action.from, context.timeline), resolve(action.to, context.timeline),
                      action.device};
    seen.answer = here.module->lookup({tuple}).front();
    record.played.observed = to_string(seen.answer->verdict);
  } else {
    seen.why_not = here.why_not;
    record.played.observed = "not observed";
  }
  record.lookups.push_back(std::move(seen));
}

void act(RunContext&, const scenario::Packets&, StepRecord&) {
  // The runner has drained the captures; the timeline holds what there is.
}

void act(RunContext& context, const scenario::Path&, StepRecord&) {
  context.drain();
  context.count_missed();  // after it: what is missing among these events
}

// Of a listener and of a socket without a peer the kernel's count means other things.
bool waits_for_an_acknowledgment(const TcpSocket& socket) {
  if (!socket.is_open()) return false;
  const TcpInfo info = socket.info();
  const bool synchronized = info.state != TcpState::closed && info.state != TcpState::listen &&
                            info.state != TcpState::syn_sent &&
                            info.state != TcpState::syn_received;
  return synchronized && info.unacknowledged > 0;
}

bool all_is_acknowledged(const RunContext& context) {
  return std::ranges::none_of(
      context.sockets, [](const auto& named) { return waits_for_an_acknowledgment(named.second); });
}

// What has no acknowledgment yet may still be sent again; the last one may be a
// delayed one (RFC 9293, 3.8.6.3).
void act(RunContext& context, const scenario::NoRetransmission&, StepRecord& record) {
  const Deadline deadline = context.deadline();
  while (!all_is_acknowledged(context) && !deadline.passed()) {
    context.await_change(deadline);
    context.drain();
  }
  std::vector<std::string> hosts;
  for (const Host& host : context.hosts) hosts.push_back(host.name());
  take_snapshots(context, hosts, record);  // sock_diag counts each socket's retransmissions
}

}  // namespace

bool play_look_step(RunContext& context, const scenario::Action& action, StepRecord& record) {
  return visit_if_in(scenario::LookSteps{}, action,
                     [&](const auto& step) { act(context, step, record); });
}

}  // namespace lab::run
