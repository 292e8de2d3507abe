// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "unit/check/timelines.hpp"

namespace lab::check {
namespace {

using testing::ElementsAre;

constexpr Outcome pass = Outcome::pass, fail = Outcome::fail, not_observed = Outcome::not_observed;

std::vector<Check> judge_info(const scenario::Info& wanted, std::optional<TcpInfo> seen,
                              bool timed_out = false) {
  StepRecord record;
  record.info = std::move(seen);
  record.played.timed_out = timed_out;
  return judge_last(scenario_with({wanted}), record, two_hosts());
}

const TcpInfo established{TcpState::established, 1, 2, {"timestamps", "sack"}};

TEST(Info, HasACheckForEachStatedField) {
  scenario::Info wanted;
  wanted.socket = "cli";
  wanted.state = TcpState::established;
  wanted.has = {"timestamps", "sack"};
  wanted.lacks = {"ecn"};
  wanted.retransmissions = 1;
  wanted.unacknowledged = 2;
  const auto checks = judge_info(wanted, established);
  ASSERT_THAT(outcomes(checks), ElementsAre(pass, pass, pass, pass, pass, pass));
  EXPECT_EQ(checks[0].title, "cli is in ESTABLISHED");
  EXPECT_EQ(checks[1].title, "cli has timestamps");
  EXPECT_EQ(checks[3].title, "cli lacks ecn");
  EXPECT_EQ(checks[4].title, "cli counts 1 retransmission");
  EXPECT_EQ(checks[5].title, "cli counts 2 unacknowledged segments");
  for (const Check& check : checks) EXPECT_EQ(check.witnesses, Witness::socket);
}

TEST(Info, IgnoresFieldsThatAreNotStated) {
  scenario::Info wanted;
  wanted.socket = "cli";
  wanted.unacknowledged = 2;
  EXPECT_THAT(outcomes(judge_info(wanted, established)), ElementsAre(pass));
}

TEST(Info, FailsForEachFieldThatDiffers) {
  scenario::Info wanted;
  wanted.socket = "cli";
  wanted.state = TcpState::syn_sent;
  wanted.has = {"ecn"};
  wanted.lacks = {"sack"};
  wanted.retransmissions = 0;
  wanted.unacknowledged = 1;
  const auto checks = judge_info(wanted, established);
  ASSERT_THAT(outcomes(checks), ElementsAre(fail, fail, fail, fail, fail));
  EXPECT_EQ(checks[0].expected, "tcpi_state is SYN-SENT");
  EXPECT_EQ(checks[0].seen, "it is ESTABLISHED");
  EXPECT_EQ(checks[1].expected, "tcpi_options has ecn");
  EXPECT_EQ(checks[1].seen, "it has timestamps, sack");
  EXPECT_EQ(checks[2].expected, "tcpi_options lacks sack");
  EXPECT_EQ(checks[3].expected, "tcpi_total_retrans is 0");
  EXPECT_EQ(checks[3].seen, "it is 1");
  EXPECT_EQ(checks[4].expected, "tcpi_unacked is 1");
  EXPECT_EQ(checks[4].seen, "it is 2");
}

TEST(Info, TimesAreNotObservedOnAMachineThatIsTooSlowToMeasureThem) {
  scenario::Info wanted;
  wanted.socket = "cli";
  wanted.fields = {{"tcpi_rtt", 0, 20000, "<=20000"}, {"tcpi_snd_cwnd", 10, 10, "10"}};
  StepRecord record;
  record.info = established;
  record.info->fields = {{"tcpi_rtt", 50000}, {"tcpi_snd_cwnd", 9}};
  record.due = Due{};
  const auto judged = [&] {
    return outcomes(judge_last(scenario_with({wanted}), record, two_hosts()));
  };
  EXPECT_THAT(judged(), ElementsAre(fail, fail));
  record.due->delayed = 1;
  EXPECT_THAT(judged(), ElementsAre(not_observed, fail));
}

TEST(Info, NamesTheDeadlineAfterWaiting) {
  scenario::Info wanted;
  wanted.socket = "cli";
  wanted.has = {"ecn"};
  EXPECT_EQ(judge_info(wanted, TcpInfo{}, true).at(0).seen,
            "it has none; still so at the deadline, after 2500 ms");
}

TEST(Info, IsNotObservedWhenTheSocketWasNotAsked) {
  scenario::Info wanted;
  wanted.socket = "cli";
  wanted.state = TcpState::established;
  EXPECT_THAT(outcomes(judge_info(wanted, std::nullopt)), ElementsAre(not_observed));
}

}  // namespace
}  // namespace lab::check
