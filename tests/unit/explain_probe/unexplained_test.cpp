// SPDX-License-Identifier: MIT
//
// Outcomes of a probe that no rule, trace, packet or counter explains.
#include <gmock/gmock.h>

#include <cerrno>

#include "explain_probe/probe.hpp"
#include "unit/explain/probes.hpp"

namespace lab::explain {
namespace {

using testing::HasSubstr;

const Filters no_filters{std::vector<std::string>{}, std::vector<std::string>{}};

TEST(Unexplained, AnAnswerToALaterSynOnlyIsToldAsSuch) {
  Probe probe = with_error(0);
  const Diagnosis full = predicted(Answer::nothing, "request-queue-full");
  EXPECT_NE(judge(probe, full, no_filters).conclusion.cause, "answered-later");
  probe.retransmissions = 1;
  const Probed probed = judge(probe, full, no_filters);
  EXPECT_EQ(probed.conclusion.cause, "answered-later");
  EXPECT_TRUE(probed.certain());
  EXPECT_FALSE(probed.as_predicted);
  // That it may be taken was said.
  Diagnosis uncertain = full;
  uncertain.not_observed = {{"request-queue", "whether a SYN that is sent again is taken", true}};
  EXPECT_EQ(judge(probe, uncertain, no_filters).conclusion.cause, "answered-later");
  uncertain.conclusion.cause = "ipsec-policy";
  EXPECT_NE(judge(probe, uncertain, no_filters).conclusion.cause, "answered-later");
}

TEST(Unexplained, AnAnswerFromItselfIsASelfConnect) {
  Probe probe = with_error(0);
  probe.source = probe.destination;
  const Diagnosis old = predicted(Answer::ack, "time-wait-in-the-way");
  const Probed probed = judge(probe, old, no_filters);
  EXPECT_EQ(probed.conclusion.cause, "self-connect");
  EXPECT_TRUE(probed.certain());
  EXPECT_FALSE(probed.as_predicted);
}

TEST(Unexplained, AProgramOfTheCgroupMayRefuseConnect) {
  const Probe probe = with_error(EPERM);
  const Diagnosis leaves = predicted(Answer::elsewhere, "not-local");
  EXPECT_EQ(judge(probe, leaves, no_filters).conclusion.cause, "not-sent");
  Filters filters = no_filters;
  filters.bpf = {"cgroup connect4 (id 102) on /web"};
  const Probed probed = judge(probe, leaves, filters);
  EXPECT_EQ(probed.conclusion.cause, "bpf-program");
  EXPECT_THAT(probed.conclusion.summary, HasSubstr("(id 102) on /web"));
  EXPECT_FALSE(probed.certain());
}

}  // namespace
}  // namespace lab::explain
