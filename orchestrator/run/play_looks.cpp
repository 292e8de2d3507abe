// SPDX-License-Identifier: MIT
//
// The verbs that state what must be seen.

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

// Removes what other witnesses show, and disagreements.
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
  // Nothing to do: the runner drains the captures into the timeline.
}

void act(RunContext& context, const scenario::Path&, StepRecord&) {
  context.drain();
  context.count_missed();  // after draining, to know how many of these events
}

// TCP_INFO's count means something else for a listener and for a socket without a peer.
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

// A segment without an acknowledgment may still be retransmitted; the last acknowledgment may
// be delayed (RFC 9293, 3.8.6.3).
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
