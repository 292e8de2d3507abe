// SPDX-License-Identifier: MIT
//
// The module's own answer instead of an inferred one.
#include <gmock/gmock.h>

#include <algorithm>

#include "record/infer.hpp"
#include "tcp_lookup/contract.h"
#include "unit/explain/facts.hpp"

namespace lab::explain {
namespace {

using testing::HasSubstr;

LookupStep step(LookupStepName name, LookupResult result, std::optional<Row> found = std::nullopt) {
  LookupStep made;
  made.step = name;
  made.result = result;
  made.socket = std::move(found);
  made.bucket = 7;
  made.walked = 2;
  return made;
}

// As the module answers for the one listener that it found.
Facts answered(const Row& found) {
  Facts facts = local_syn();
  LookupAnswer answer;
  answer.steps = {step(LookupStepName::ehash, LookupResult::miss),
                  step(LookupStepName::exact, LookupResult::miss),
                  step(LookupStepName::wildcard, LookupResult::hit, found),
                  step(LookupStepName::bind, LookupResult::hit, found),
                  step(LookupStepName::verdict, LookupResult::hit, found)};
  answer.verdict = LookupVerdict::conn_request;
  answer.handler = "tcp_conn_request";
  answer.agrees = true;
  facts.answer = answer;
  facts.tables.listeners = {found};
  return facts;
}

TEST(ExplainModule, ItsStepsAreObservedAndNotInferred) {
  const Diagnosis diagnosis = diagnose(answered(listener("0.0.0.0:8888")));
  EXPECT_FALSE(diagnosis.inferred);
  EXPECT_EQ(diagnosis.steps[1].witness, "module");
  EXPECT_THAT(diagnosis.steps[1].text, HasSubstr("bucket 7"));
  EXPECT_EQ(text_of(diagnosis.not_observed, "kernel-lookup"), "");
  EXPECT_EQ(text_of(diagnosis.findings, "witnesses-disagree"), "");
  EXPECT_TRUE(diagnose(local_syn()).inferred);
}

// The lookup has no queues; sock_diag's row of the same cookie has.
TEST(ExplainModule, TheQueueIsSockDiags) {
  Row found = listener("0.0.0.0:8888");
  Facts facts = answered(found);
  facts.tables.listeners[0].accept_queue = 200;
  for (LookupStep& each : facts.answer->steps)
    if (each.socket) each.socket->accept_queue.reset();
  EXPECT_EQ(diagnose(facts).conclusion.cause, "accept-queue-full");
}

TEST(ExplainModule, OfAReuseportGroupItKnowsTheMember) {
  Facts facts = answered(listener("0.0.0.0:8888"));
  facts.tables.listeners.push_back(listener("0.0.0.0:8888"));
  facts.tables.listeners[1].cookie = 72;
  facts.tables.listeners[0].accept_queue = 200;
  EXPECT_EQ(diagnose(facts).conclusion.cause, "accept-queue-full");
}

TEST(ExplainModule, ItsCaveatsAreToldInWords) {
  Facts facts = answered(listener("0.0.0.0:8888"));
  facts.answer->caveat = "sk_lookup-bpf,incoming-cpu";
  const auto findings = diagnose(facts).findings;
  EXPECT_EQ(std::count_if(findings.begin(), findings.end(),
                          [](const Finding& each) { return each.id == "caveat"; }),
            2);
  EXPECT_THAT(text_of(findings, "caveat"), HasSubstr("sk_lookup"));
}

// Of so many connections the module looks at the first ones only.
TEST(ExplainModule, SaysThatTheSearchForAHolderWasCut) {
  Facts facts = local_syn();
  const Row found = connection(TcpState::established, "127.0.0.1:8888", "127.0.0.1:5");
  LookupAnswer answer;
  answer.steps = {step(LookupStepName::ehash, LookupResult::miss),
                  step(LookupStepName::bind, LookupResult::cut, found),
                  step(LookupStepName::verdict, LookupResult::miss)};
  answer.steps[1].walked = 128;
  answer.verdict = LookupVerdict::rst;
  answer.agrees = true;
  facts.answer = answer;
  const Diagnosis diagnosis = diagnose(facts);
  const auto bind = std::ranges::find(diagnosis.steps, TCP_LOOKUP_STEP_BIND, &Step::name);
  ASSERT_NE(bind, diagnosis.steps.end());
  EXPECT_THAT(bind->text, HasSubstr("only connections among the first 128 sockets on port 8888"));
}

TEST(ExplainModule, ASecondOpinionThatDiffersIsTold) {
  Facts facts = answered(listener("0.0.0.0:8888"));
  facts.tables.listeners.clear();
  EXPECT_THAT(text_of(diagnose(facts).findings, "witnesses-disagree"),
              HasSubstr("the module says CONN-REQUEST, sock_diag's rows say RST"));
}

TEST(ExplainInfer, TheScoreIsComputeScores) {
  Facts facts = local_syn();
  facts.tables.listeners = {listener("0.0.0.0:8888"), listener("0.0.0.0:8888")};
  facts.tables.listeners[1].device = "lo";
  facts.tables.listeners[1].cookie = 72;
  const LookupAnswer answer = infer(facts);
  EXPECT_EQ(answer.find(LookupStepName::wildcard)->score, 3) << "1, bound to the device, IPv4";
  EXPECT_EQ(answer.find(LookupStepName::verdict)->socket->cookie, 72U);
}

}  // namespace
}  // namespace lab::explain
