// SPDX-License-Identifier: MIT
#include "explain/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explain/parts.hpp"
#include "record/infer.hpp"
#include "record/kernel_function.hpp"
#include "record/owner_names.hpp"

namespace lab::explain {
namespace {

constexpr std::string_view inferred = "inferred";

std::string function_of(LookupStepName step, Family family) {
  if (step == LookupStepName::ehash)
    return std::string(kernel_name(KernelFunction::established4, family));
  if (step == LookupStepName::bind) return "";  // the receive path never asks
  return std::string(kernel_name(KernelFunction::lhash4, family));
}

std::string miss_in_words(LookupStepName step, const Facts& facts) {
  const Endpoint& destination = facts.question.destination;
  if (step == LookupStepName::ehash)
    return "no connection has this 4-tuple, and nobody is connecting with it";
  if (step == LookupStepName::exact) return fmt::format("nobody listens on {}", destination.str());
  if (step == LookupStepName::wildcard)
    return fmt::format(
        "nobody listens on {}",
        Endpoint{Address::any(destination.address.family()), destination.port}.str());
  return fmt::format("nobody holds {}", destination.str());
}

std::string hit_in_words(LookupStepName step, const Row& row, const Facts& facts) {
  const std::string who = holder_of(row, facts.processes);
  if (step == LookupStepName::ehash) return fmt::format("{}, held by {}", describe(row), who);
  if (step == LookupStepName::bind)
    return fmt::format("{} is held by {}, {}", place_of(row), who, to_string(row.state));
  return fmt::format("{} listens on {}", who, place_of(row));
}

void add_lookup(const LookupAnswer& answer, const Facts& facts, Diagnosis& diagnosis) {
  for (const LookupStep& each : answer.steps) {
    if (each.step == LookupStepName::verdict || each.result == LookupResult::skipped) continue;
    // Who holds the port explains a refusal; else the lookups have said all.
    if (each.step == LookupStepName::bind && answer.verdict != LookupVerdict::rst) continue;
    std::string text = each.socket ? hit_in_words(each.step, *each.socket, facts)
                                   : miss_in_words(each.step, facts);
    if (each.result == LookupResult::cut)
      text = fmt::format("only connections among the first {} sockets on port {}, which has more",
                         each.walked.value_or(0), facts.question.destination.port);
    if (each.bucket)
      text += fmt::format(" (bucket {}, {} looked at)", *each.bucket, each.walked.value_or(0));
    diagnosis.steps.push_back({std::string(to_string(each.step)),
                               function_of(each.step, facts.question.destination.address.family()),
                               text, std::string(facts.answer ? "module" : inferred)});
  }
}

// The module's lookup has no queues; sock_diag's row of the same socket has.
const Row& with_queues(const Row& row, const Facts& facts) {
  const auto same = std::ranges::find_if(facts.tables.listeners, [&row](const Row& each) {
    return row.cookie ? each.cookie == row.cookie
                      : each.local == row.local && each.device == row.device;
  });
  return same == facts.tables.listeners.end() ? row : *same;
}

// connect() puts its own socket into ehash before its SYN is sent.
Conclusion self_connect(const Facts& facts, Diagnosis& diagnosis) {
  diagnosis.steps.push_back(
      {"answer", "tcp_rcv_synsent_state_process",
       "source and destination are the same: by the time that the SYN arrives, the socket that "
       "sent it is in ehash in SYN-SENT, and gets its own SYN",
       std::string(inferred)});
  return {"self-connect", Answer::simultaneous_open,
          fmt::format("a socket at {} that connects to {} connects to itself",
                      facts.question.source->str(), facts.question.destination.str()),
          ""};
}

Conclusion conclude(const Facts& facts, const LookupAnswer& answer, Diagnosis& diagnosis) {
  const LookupStep* verdict = answer.find(LookupStepName::verdict);
  const Row* found = verdict && verdict->socket ? &*verdict->socket : nullptr;
  const bool listens = found && found->kind == Kind::full && found->state == TcpState::listen;
  if (found && !listens) return at_connection(facts, *found, diagnosis);
  if (facts.arrival.local_sender && facts.question.source == facts.question.destination)
    return self_connect(facts, diagnosis);
  if (found) return at_listener(facts, with_queues(*found, facts), diagnosis);
  return at_nobody(facts, diagnosis);
}

}  // namespace

std::string_view to_string(Answer answer) {
  switch (answer) {
    case Answer::syn_ack:
      return "syn-ack";
    case Answer::simultaneous_open:
      return "simultaneous-open";
    case Answer::rst:
      return "rst";
    case Answer::ack:
      return "ack";
    case Answer::nothing:
      return "nothing";
    case Answer::icmp:
      return "icmp";
    case Answer::not_sent:
      return "not-sent";
    case Answer::elsewhere:
      return "elsewhere";
  }
  return "?";
}

bool is_success(Answer answer) {
  return answer == Answer::syn_ack || answer == Answer::simultaneous_open;
}

bool is_same(Answer one, Answer other) {
  return one == other || (is_success(one) && is_success(other));
}

bool Diagnosis::certain() const { return std::ranges::none_of(not_observed, &Unseen::decides); }

Diagnosis diagnose(const Facts& facts) {
  Diagnosis diagnosis;
  if (auto conclusion = before_tcp(facts, diagnosis)) {
    diagnosis.conclusion = std::move(*conclusion);
  } else {
    diagnosis.inferred = !facts.answer;
    const LookupAnswer answer = facts.answer ? *facts.answer : infer(facts);
    add_lookup(answer, facts, diagnosis);
    diagnosis.conclusion = conclude(facts, answer, diagnosis);
  }
  if (auto ended = answer_ended_by_rule(facts, diagnosis.conclusion))
    diagnosis.conclusion = std::move(*ended);
  if (auto lost = answer_leaves_by_port(facts, diagnosis.conclusion))
    diagnosis.conclusion = std::move(*lost);
  add_findings(facts, diagnosis);
  doubt_next_hop(facts, diagnosis);
  add_not_observed(facts, diagnosis);
  doubt_outer_packets(facts, diagnosis);
  doubt_device(facts, diagnosis);
  complete_commands(facts, diagnosis);
  return diagnosis;
}

}  // namespace lab::explain
