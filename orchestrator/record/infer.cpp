// SPDX-License-Identifier: MIT
#include "record/infer.hpp"

#include <algorithm>

#include "record/kernel_function.hpp"

namespace lab {
namespace {

std::optional<Address> as_family(const Address& address, Family family) {
  if (address.family() == family) return address;
  return family == Family::inet ? address.unmapped() : std::nullopt;
}

// inet_match(), inet6_match()
bool is_connection(const Row& row, const Tuple& tuple, const Ingress& path) {
  const Family family = tuple.destination.address.family();
  return row.local.port == tuple.destination.port && row.remote.port == tuple.source.port &&
         as_family(row.local.address, family) == tuple.destination.address &&
         as_family(row.remote.address, family) == tuple.source.address && device_fits(row, path);
}

// compute_score(), without SO_INCOMING_CPU; 0: no match.
int score_of(const Row& row, const Endpoint& wanted, const Ingress& path) {
  const Family family = wanted.address.family();
  if (row.local.port != wanted.port || address_for(row, family) != wanted.address ||
      !device_fits(row, path))
    return 0;
  return (row.device.empty() ? 1 : 2) +
         (family == Family::inet && row.local.address.family() == Family::inet ? 1 : 0);
}

// inet_lhash2_lookup()
struct Scored {
  const Row* row = nullptr;
  int score = 0;
};
Scored best_listener(const Facts& facts, const Address& address) {
  const Ingress path = ingress_of(facts);
  const Endpoint wanted{address, facts.question.destination.port};
  Scored best;
  for (const Row& row : facts.tables.listeners) {
    const int score = score_of(row, wanted, path);
    if (score > best.score) best = {&row, score};
  }
  return best;
}

LookupStep step_of(LookupStepName name, const Row* found, int score = 0) {
  LookupStep step;
  step.step = name;
  step.result = found ? LookupResult::hit : LookupResult::miss;
  if (found) step.socket = *found;
  if (score > 0) step.score = score;
  return step;
}

LookupStep skipped(LookupStepName name) {
  LookupStep step;
  step.step = name;
  step.result = LookupResult::skipped;
  return step;
}

// As kmod/lookup_bind.c ranks them.
const Row* holder_of_port(const Facts& facts, const Row* listener) {
  if (listener) return listener;
  if (!facts.tables.bound_only) return nullptr;
  const Address& wanted = facts.question.destination.address;
  const Ingress path = ingress_of(facts);
  const Row* best = nullptr;
  int best_rank = 0;
  for (const Row& row : *facts.tables.bound_only) {
    const auto address = address_for(row, wanted.family());
    if (row.local.port != facts.question.destination.port || !address) continue;
    if (*address != wanted && !address->is_any()) continue;
    const int rank = 1 + (device_fits(row, path) ? 8 : 0) + (*address == wanted ? 2 : 0);
    if (rank > best_rank) {
      best = &row;
      best_rank = rank;
    }
  }
  return best;
}

// As kmod/lookup_answer.c judges.
void judge(LookupAnswer& answer, const Row* found, Family family) {
  if (!found) {
    answer.verdict = LookupVerdict::rst;
    answer.handler = kernel_name(KernelFunction::send_reset4, family);
  } else if (found->kind == Kind::timewait) {
    answer.verdict = LookupVerdict::time_wait;
    answer.handler = to_string(KernelFunction::time_wait);
  } else if (found->kind == Kind::request) {
    answer.verdict = LookupVerdict::request;
    answer.handler = to_string(KernelFunction::check_req);
  } else if (found->state == TcpState::listen) {
    answer.verdict = LookupVerdict::conn_request;
    answer.handler = to_string(KernelFunction::conn_request);
  } else if (found->state == TcpState::syn_sent) {
    answer.verdict = LookupVerdict::simultaneous_open;
    answer.handler = "tcp_rcv_synsent_state_process";
  } else {
    answer.verdict = LookupVerdict::challenge_ack;
    answer.handler = "tcp_validate_incoming";
  }
}

}  // namespace

Ingress ingress_of(const Facts& facts) {
  return {facts.arrival.device, facts.arrival.vrf,
          facts.sysctls.tcp_l3mdev_accept.value_or(0) != 0};
}

std::optional<Address> address_for(const Row& row, Family family) {
  const Address& own = row.local.address;
  if (own.family() == family) return own;
  if (family == Family::inet6) return std::nullopt;
  if (own.is_any()) {
    // Where unknown, assume the default, net.ipv6.bindv6only = 0.
    return row.v6only.value_or(false) ? std::nullopt : std::optional(Address::any(Family::inet));
  }
  return own.unmapped();
}

bool device_fits(const Row& row, const Ingress& path) {
  if (row.device.empty()) return path.vrf.empty() || path.l3mdev_accept;
  return row.device == path.device || row.device == path.vrf;
}

const Row* infer_connection(const Facts& facts) {
  if (!facts.question.source) return nullptr;
  const Tuple tuple{*facts.question.source, facts.question.destination, facts.arrival.device};
  for (const Row& row : facts.tables.ehash)
    if (is_connection(row, tuple, ingress_of(facts))) return &row;
  return nullptr;
}

const Row* infer_listener(const Facts& facts) {
  const Address& destination = facts.question.destination.address;
  if (const Row* exact = best_listener(facts, destination).row) return exact;
  return best_listener(facts, Address::any(destination.family())).row;
}

LookupAnswer infer(const Facts& facts) {
  const Address& destination = facts.question.destination.address;
  LookupAnswer answer;
  answer.tuple = {facts.question.source.value_or(Endpoint{}), facts.question.destination,
                  facts.arrival.device};
  const Row* found = infer_connection(facts);
  answer.steps.push_back(step_of(LookupStepName::ehash, found));

  const Row* listener = nullptr;
  for (const bool exact : {true, false}) {
    const LookupStepName name = exact ? LookupStepName::exact : LookupStepName::wildcard;
    if (found) {
      answer.steps.push_back(skipped(name));
      continue;
    }
    const Scored best =
        best_listener(facts, exact ? destination : Address::any(destination.family()));
    answer.steps.push_back(step_of(name, best.row, best.score));
    found = listener = best.row;
  }
  if (const Row* holder = holder_of_port(facts, listener); holder || facts.tables.bound_only)
    answer.steps.push_back(step_of(LookupStepName::bind, holder));
  answer.steps.push_back(step_of(LookupStepName::verdict, found));
  judge(answer, found, destination.family());
  return answer;
}

}  // namespace lab
