// SPDX-License-Identifier: MIT
#include "predict/facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "predict/first_connect.hpp"
#include "predict/questions.hpp"
#include "record/path_words.hpp"
#include "sequence/sequence.hpp"
#include "sequence/state_changes.hpp"
#include "util/error.hpp"

namespace lab::predict {
namespace {

using sequence::Message;

// tcp_rcv_state_process() calls it for a socket in SYN-SENT; the trace does not show it.
constexpr std::string_view synsent = "tcp_rcv_synsent_state_process";

Fact fact(std::string_view value) { return {std::string(value), ""}; }
Fact not_observed(std::string why) { return {std::nullopt, std::move(why)}; }

bool is_bare_syn(const Message& message) {
  const auto& segment = message.first().segment;
  return segment && segment->flags.syn && !segment->flags.ack;
}

// At an interface. What TCP passed to IP, and no interface saw, answers nothing.
bool was_seen(const Message& message) { return message.fate != sequence::Fate::never_left; }

// The same SYN, sent again.
bool repeats(const Message& other, const Message& syn) {
  const Segment &one = *syn.first().segment, &again = *other.first().segment;
  return one.source == again.source && one.destination == again.destination &&
         one.sequence == again.sequence;
}

// What the first SYN met, at the host where it ended.
class FirstSyn {
 public:
  FirstSyn(const Timeline& timeline, const scenario::Scenario& scenario)
      : timeline_(timeline),
        scenario_(scenario),
        sequence_(sequence::sequence_of(timeline, {.collapse = false})) {
    for (const Message& message : sequence_.messages) {
      if (!is_bare_syn(message) || (syn_ && !repeats(message, *syn_))) continue;
      if (!syn_) syn_ = &message;
      if (!arrived_ && message.fate == sequence::Fate::arrived) arrived_ = &message;
    }
  }

  Fact answer() const {
    if (!syn_) return no_syn();
    for (const Message& message : sequence_.messages) {
      if (!was_seen(message) || &message == syn_) continue;
      if (was_seen(*syn_) && message.first().time() < syn_->first().time()) continue;
      if (reports(message)) return fact("ICMP error");
      if (!message.first().segment || !is_reply(message)) continue;
      const TcpFlags& flags = message.first().segment->flags;
      if (flags.rst) return fact("RST");
      if (flags.syn && flags.ack) return fact("SYN-ACK");
      if (flags.ack) return fact("ACK");
    }
    if (timeline_.packets_lost) return not_observed("the capture lost packets");
    return fact("silence");
  }

  Fact ehash() const {
    if (!syn_) return no_syn();
    bool missed = false;
    for (const TraceEvent* event : events()) {
      if (!is_call_of(*event, KernelFunction::established4) || event->detail) continue;
      if (event->outcome == TraceOutcome::hit) return fact("hit");
      missed = true;
    }
    return concluded(missed ? "miss" : "not searched", {KernelFunction::established4});
  }

  Fact listener() const {
    if (!syn_) return no_syn();
    bool missed = false;
    for (const TraceEvent* event : events()) {
      if (!is_call_of(*event, KernelFunction::lhash4)) continue;
      if (event->outcome == TraceOutcome::hit) return fact(to_string(event->detail));
      missed = true;
    }
    return concluded(missed ? "none" : "not searched", {KernelFunction::lhash4});
  }

  Fact function() const {
    if (!syn_) return no_syn();
    for (const TraceEvent* event : events()) {
      if (is_call_of(*event, KernelFunction::send_reset4) && sends_reset(timeline_, *event))
        return fact(to_string(KernelFunction::send_reset4));
      if (is_call_of(*event, KernelFunction::conn_request))
        return fact(to_string(KernelFunction::conn_request));
      if (is_call_of(*event, KernelFunction::rcv_state) && event->state == TcpState::syn_sent)
        return fact(synsent);
    }
    return concluded("none of these", {KernelFunction::send_reset4, KernelFunction::conn_request,
                                       KernelFunction::rcv_state});
  }

 private:
  static Fact no_syn() { return not_observed("no SYN was captured"); }

  const std::vector<const TraceEvent*>& events() const {
    return arrived_ ? arrived_->events : syn_->events;
  }

  // From the other end, or by the trace the answer to this SYN. A bare SYN from there crosses it,
  // and answers nothing.
  bool is_reply(const Message& message) const {
    const Segment& reply = *message.first().segment;
    const Message& met = arrived_ ? *arrived_ : *syn_;
    const Segment& syn = *met.last().segment;
    if (message.answers && &sequence_.messages[*message.answers] == &met) return true;
    return reply.source == syn.destination && reply.destination == syn.source;
  }

  // It is an ICMP error about the SYN.
  bool reports(const Message& message) const {
    const auto& flight = message.first();
    const auto index = flight.departure ? flight.departure : flight.arrival;
    const auto& icmp = timeline_.packets[*index].icmp;
    if (!icmp || !icmp->about) return false;
    return std::ranges::any_of(syn_->hops, [&](const sequence::Hop& hop) {
      return icmp->about->source == hop.flight.segment->source &&
             icmp->about->destination == hop.flight.segment->destination;
    });
  }

  // A fact that holds because these functions were not called, or did not find anything.
  Fact concluded(std::string_view value, std::initializer_list<KernelFunction> functions) const {
    if (!timeline_.no_trace.empty()) return not_observed(timeline_.no_trace);
    if (timeline_.trace_lost + timeline_.trace_missed > 0)
      return not_observed("the trace lost events");
    for (const KernelFunction function : functions) {
      const std::string name(kernel_name(function, timeline_.family));
      if (const auto blind = timeline_.trace_blind.find(name); blind != timeline_.trace_blind.end())
        return not_observed(fmt::format("{}: {}", name, blind->second));
    }
    if (arrived_ && arrived_->events.empty() && has_stack(arrived_->last().to))
      return not_observed("the trace has no events of the SYN's arrival");
    return fact(value);
  }

  bool has_stack(const std::string& host) const {
    const auto found = std::ranges::find(scenario_.hosts, host, &scenario::Host::name);
    return found != scenario_.hosts.end() && found->stack == scenario::Stack::kernel;
  }

  const Timeline& timeline_;
  const scenario::Scenario& scenario_;
  const sequence::Sequence sequence_;
  const Message* syn_ = nullptr;
  const Message* arrived_ = nullptr;  // the first one of them that arrived
};

Fact outcome_of(const FirstConnect& connect) {
  if (connect.socket.empty()) return not_observed("the run did not reach connect()");
  if (!connect.outcome || connect.outcome->timed_out)
    return not_observed("no step saw how connect() ended");
  if (connect.outcome->error == 0) return fact("it succeeds");
  return fact(errno_name(connect.outcome->error));
}

// From SYN-SENT to ESTABLISHED or CLOSED.
Fact states_of(const Timeline& timeline, const FirstConnect& connect) {
  if (connect.socket.empty()) return not_observed("the run did not reach connect()");
  if (!timeline.no_trace.empty()) return not_observed(timeline.no_trace);
  if (timeline.trace_lost + timeline.trace_missed > 0) return not_observed("the trace lost events");
  const auto socket = std::ranges::find(timeline.sockets, connect.socket, &SocketRecord::name);
  if (socket == timeline.sockets.end()) return not_observed("its socket has no cookie");
  std::string states;
  for (const TraceEvent& event : timeline.trace) {
    const auto change = sequence::state_change_of(timeline, event);
    if (!change || change->cookie != socket->cookie) continue;
    if (states.empty() && change->after != TcpState::syn_sent) continue;
    states += fmt::format("{}{}", states.empty() ? "" : ", ", to_string(change->after));
    if (change->after == TcpState::established || change->after == TcpState::closed) break;
  }
  return fact(states);
}

}  // namespace

std::map<std::string, Fact> facts_of(const Timeline& timeline, const scenario::Scenario& scenario) {
  const FirstSyn syn(timeline, scenario);
  const FirstConnect connect = first_connect(timeline, scenario);
  std::map<std::string, Fact> facts;
  for (const Question& question : questions_about(scenario)) {
    Fact fact = question.name == "answer"     ? syn.answer()
                : question.name == "ehash"    ? syn.ehash()
                : question.name == "listener" ? syn.listener()
                : question.name == "function" ? syn.function()
                : question.name == "connect"  ? outcome_of(connect)
                                              : states_of(timeline, connect);
    // The last answer stands for all others.
    if (fact.value && std::ranges::find(question.one_of, *fact.value) == question.one_of.end())
      fact.value = question.one_of.back();
    facts.emplace(question.name, std::move(fact));
  }
  return facts;
}

}  // namespace lab::predict
