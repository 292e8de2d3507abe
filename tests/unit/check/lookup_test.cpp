// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "unit/check/timelines.hpp"

namespace lab::check {
namespace {

using testing::Contains;
using testing::Each;
using testing::Field;
using testing::SizeIs;

LookupStep said(LookupStepName step, LookupResult result) {
  LookupStep made;
  made.step = step;
  made.result = result;
  return made;
}

// What the module says of a SYN to a socket that is bound and does not listen.
LookupAnswer refused() {
  LookupAnswer answer;
  answer.steps = {said(LookupStepName::ehash, LookupResult::miss),
                  said(LookupStepName::exact, LookupResult::miss),
                  said(LookupStepName::wildcard, LookupResult::miss),
                  said(LookupStepName::bind, LookupResult::hit),
                  said(LookupStepName::verdict, LookupResult::miss)};
  answer.steps[0].bucket = 17;
  answer.steps[0].walked = 2;
  answer.steps[3].socket = row(TcpState::closed, "0.0.0.0:8888", "0.0.0.0:0", 71);
  answer.verdict = LookupVerdict::rst;
  answer.handler = "tcp_v4_send_reset";
  answer.agrees = true;
  return answer;
}

// … and to one that listens.
LookupAnswer heard() {
  LookupAnswer answer = refused();
  answer.steps[2] = said(LookupStepName::wildcard, LookupResult::hit);
  answer.steps[2].socket = listener();
  answer.steps[4] = said(LookupStepName::verdict, LookupResult::hit);
  answer.steps[4].socket = listener();
  answer.verdict = LookupVerdict::conn_request;
  answer.handler = "tcp_conn_request";
  return answer;
}

scenario::Lookup asking() {
  scenario::Lookup lookup;
  lookup.host = "server";
  lookup.from = place("client", 40000);
  lookup.to = place("server", 8888);
  return lookup;
}

std::vector<Check> judge_lookup(const scenario::Lookup& lookup, const LookupAnswer& answer) {
  StepRecord record;
  record.lookups = {{"server", answer, ""}};
  return judge_last(scenario_with({lookup}), record, two_hosts());
}

// The check whose title ends in this.
Check titled(const std::vector<Check>& checks, const std::string& end) {
  for (const Check& check : checks)
    if (check.title.ends_with(end)) return check;
  ADD_FAILURE() << "no check " << end;
  return {};
}

TEST(Lookup, HasACheckForEachStatedField) {
  scenario::Lookup lookup = asking();
  lookup.ehash = lookup.exact = lookup.wildcard = LookupResult::miss;
  lookup.bind = LookupResult::hit;
  lookup.verdict = LookupVerdict::rst;
  const auto checks = judge_lookup(lookup, refused());
  EXPECT_THAT(checks, SizeIs(6));  // with the module's agreement with itself
  EXPECT_THAT(outcomes(checks), Each(Outcome::pass));
  EXPECT_THAT(checks, Each(Field(&Check::witnesses, Witnesses(Witness::module))));
  EXPECT_EQ(titled(checks, "ehash miss").seen, "it says miss, 2 walked in bucket 17");
  EXPECT_EQ(titled(checks, "verdict RST").seen, "it is RST, by tcp_v4_send_reset");
}

TEST(Lookup, IgnoresFieldsThatAreNotStated) {
  EXPECT_THAT(judge_lookup(asking(), refused()), SizeIs(1));
}

TEST(Lookup, FailsStepByStep) {
  scenario::Lookup lookup = asking();
  lookup.ehash = LookupResult::miss;
  lookup.wildcard = LookupResult::miss;
  lookup.verdict = LookupVerdict::rst;
  const auto checks = judge_lookup(lookup, heard());
  EXPECT_EQ(titled(checks, "ehash miss").outcome, Outcome::pass);
  const Check wildcard = titled(checks, "wildcard miss");
  EXPECT_EQ(wildcard.outcome, Outcome::fail);
  EXPECT_EQ(wildcard.expected, "the step lhash2-wildcard says miss");
  EXPECT_EQ(wildcard.seen, "it says hit");
  EXPECT_EQ(titled(checks, "verdict RST").seen, "it is CONN-REQUEST, by tcp_conn_request");
}

TEST(Lookup, FailsForAStepThatTheAnswerLacks) {
  scenario::Lookup lookup = asking();
  lookup.exact = LookupResult::miss;
  LookupAnswer answer = refused();
  answer.steps.erase(answer.steps.begin() + 1);
  EXPECT_EQ(titled(judge_lookup(lookup, answer), "exact miss").seen, "the answer has no such step");
}

TEST(Lookup, ComparesTheFoundSocketByCookie) {
  scenario::Lookup lookup = asking();
  lookup.socket = "srv";
  lookup.state = TcpState::listen;
  auto checks = judge_lookup(lookup, heard());
  ASSERT_FALSE(checks.empty());
  EXPECT_THAT(outcomes(checks), Each(Outcome::pass));
  EXPECT_EQ(titled(checks, "finds srv").seen, "found srv LISTEN any:8888 > any:0");

  LookupAnswer other = heard();
  other.steps[4].socket->cookie = 72;
  other.steps[4].socket->state = TcpState::established;
  checks = judge_lookup(lookup, other);
  EXPECT_EQ(titled(checks, "finds srv").outcome, Outcome::fail);
  EXPECT_EQ(titled(checks, "finds a socket in LISTEN").outcome, Outcome::fail);
  EXPECT_EQ(titled(checks, "finds a socket in LISTEN").seen, "it is in ESTABLISHED");
}

// The bind table knows who holds the port, but the receive path finds nobody.
TEST(Lookup, IgnoresSocketsOfTheBindTable) {
  scenario::Lookup lookup = asking();
  lookup.socket = "srv";
  const Check check = titled(judge_lookup(lookup, refused()), "finds srv");
  EXPECT_EQ(check.outcome, Outcome::fail);
  EXPECT_EQ(check.seen, "no socket was found");
}

TEST(Lookup, FailsIfTheModuleDisagreesWithTheKernel) {
  LookupAnswer answer = refused();
  answer.agrees = false;
  answer.caveat = "sk_lookup-bpf";
  const auto checks = judge_lookup(asking(), answer);
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::fail);
  EXPECT_EQ(checks[0].seen, "they found different sockets; the module's caveat: sk_lookup-bpf");
}

TEST(Lookup, IsNotObservedWithoutTheModule) {
  StepRecord record;
  record.lookups = {{"server", std::nullopt, "tcp_lookup.ko is not loaded"}};
  auto checks = judge_last(scenario_with({asking()}), record, two_hosts());
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::not_observed);
  EXPECT_EQ(checks[0].title, "look up client:40000 > server:8888 on server");
  EXPECT_EQ(checks[0].seen, "tcp_lookup.ko is not loaded");

  checks = judge_last(scenario_with({asking()}), {}, two_hosts());
  EXPECT_THAT(checks, Contains(Field(&Check::seen, "the module was not asked")));
}

}  // namespace
}  // namespace lab::check
