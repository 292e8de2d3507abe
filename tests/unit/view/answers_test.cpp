// SPDX-License-Identifier: MIT
#include "view/answers.hpp"

#include <gmock/gmock.h>

#include "tcp_lookup/contract.h"
#include "util/error.hpp"

namespace lab {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

Tuple tuple(const char* source, const char* destination, const char* device = "") {
  return {*Endpoint::parse(source), *Endpoint::parse(destination), device};
}

TEST(Question, IsWrittenAsTheContractSays) {
  EXPECT_EQ(question(tuple("10.0.0.1:40000", "10.0.0.2:80")), "10.0.0.1:40000 10.0.0.2:80\n");
  EXPECT_EQ(question(tuple("[fd00::1]:40000", "[fd00::2]:80", "eth0")),
            "[fd00::1]:40000 [fd00::2]:80 dev eth0\n");
}

const std::string header = TCP_LOOKUP_COLUMNS_LOOKUP "\n";

// A SYN to a port that is bound and not listened on.
TEST(Answers, HaveTheStepsInTheOrderOfTheReceivePath) {
  const auto answers =
      answers_from("lookup",
                   header +
                       "1 ehash 41 0 miss - - - - - - - - - - - - - - -\n"
                       "1 lhash2-exact 7 1 miss - - - - - - - - - - - - - - -\n"
                       "1 lhash2-wildcard 9 0 miss - - - - - - - - - - - - - - -\n"
                       "1 bind 8 1 hit - full CLOSED 0.0.0.0 8888 - - - 0 55 3 - - - -\n"
                       "1 verdict - - miss - - - - - - - - - - - yes RST tcp_v4_send_reset -\n",
                   {tuple("10.0.0.1:40000", "10.0.0.2:8888")});
  ASSERT_THAT(answers, SizeIs(1));
  const LookupAnswer& answer = answers[0];
  EXPECT_THAT(answer.steps, SizeIs(5));
  EXPECT_EQ(answer.steps[0].step, LookupStepName::ehash);
  EXPECT_EQ(answer.steps[0].bucket, 41U);
  EXPECT_EQ(answer.steps[0].walked, 0U);
  EXPECT_EQ(answer.steps[0].result, LookupResult::miss);
  EXPECT_EQ(answer.steps[0].socket, std::nullopt);
  ASSERT_TRUE(answer.steps[3].socket);
  EXPECT_EQ(answer.steps[3].socket->state, TcpState::closed);
  EXPECT_EQ(answer.steps[3].socket->inode, 55U);
  EXPECT_EQ(answer.verdict, LookupVerdict::rst);
  EXPECT_EQ(answer.handler, "tcp_v4_send_reset");
  EXPECT_TRUE(answer.agrees);
  EXPECT_EQ(answer.caveat, "");
}

TEST(Answers, BelongToTheirQuestions) {
  const auto answers = answers_from(
      "lookup",
      header +
          "1 verdict - - hit - full ESTABLISHED 1.1.1.1 1 2.2.2.2 2 - 0 1 1 yes CHALLENGE-ACK f -\n"
          "2 verdict - - hit 9 full LISTEN 1.1.1.1 1 - - - 0 1 1 no CONN-REQUEST g "
          "sk_lookup-bpf\n",
      {tuple("2.2.2.2:2", "1.1.1.1:1"), tuple("3.3.3.3:3", "1.1.1.1:1")});
  ASSERT_THAT(answers, SizeIs(2));
  EXPECT_EQ(answers[0].tuple, tuple("2.2.2.2:2", "1.1.1.1:1"));
  EXPECT_EQ(answers[0].verdict, LookupVerdict::challenge_ack);
  EXPECT_EQ(answers[1].verdict, LookupVerdict::conn_request);
  EXPECT_EQ(answers[1].steps.at(0).score, 9);
  EXPECT_FALSE(answers[1].agrees);
  EXPECT_EQ(answers[1].caveat, "sk_lookup-bpf");
}

TEST(Answers, MustMatchTheQuestions) {
  const std::string one =
      header + "1 verdict - - miss - - - - - - - - - - - yes RST tcp_v4_send_reset -\n";
  const Tuple asked = tuple("10.0.0.1:1", "10.0.0.2:2");
  EXPECT_THAT(
      [&] {
        answers_from("lookup", one, {asked, asked});
      },
      ThrowsMessage<EnvironmentError>(HasSubstr("no verdict on 10.0.0.1:1 > 10.0.0.2:2")));
  EXPECT_THAT([&] { answers_from("lookup", one, {}); },
              ThrowsMessage<EnvironmentError>(HasSubstr("\"query\" holds \"1\"")));
}

TEST(Answers, SayThatTheSearchForAHolderWasCut) {
  const auto answers = answers_from(
      "lookup",
      header +
          "1 bind 8 128 cut - full ESTABLISHED 10.0.0.2 8888 10.0.0.3 5 - 0 55 3 - - - -\n"
          "1 verdict - - miss - - - - - - - - - - - yes RST tcp_v4_send_reset -\n",
      {tuple("10.0.0.1:40000", "10.0.0.2:8888")});
  ASSERT_THAT(answers, SizeIs(1));
  const LookupStep* bind = answers[0].find(LookupStepName::bind);
  ASSERT_NE(bind, nullptr);
  EXPECT_EQ(bind->result, LookupResult::cut);
  EXPECT_EQ(bind->walked, 128U);
  ASSERT_TRUE(bind->socket);
  EXPECT_EQ(bind->socket->state, TcpState::established);
}

// A module that says more has another schema number, which is refused earlier.
TEST(Answers, RefuseAWordThatTheContractLacks) {
  const auto read = [](const std::string& row) {
    return answers_from("lookup", header + row, {tuple("10.0.0.1:1", "10.0.0.2:2")});
  };
  const std::string blank = " - - - - - - - - - - ";
  EXPECT_THAT([&] { read("1 thash - - miss -" + blank + "- - - -\n"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("\"step\" holds \"thash\"")));
  EXPECT_THAT([&] { read("1 ehash - - maybe -" + blank + "- - - -\n"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("\"result\" holds \"maybe\"")));
  EXPECT_THAT([&] { read("1 verdict - - miss -" + blank + "yes DROP f -\n"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("\"verdict\" holds \"DROP\"")));
}

TEST(Refusal, NamesTheQuestionTheColumnAndTheReason) {
  EXPECT_THAT(
      refusal_from("lookup", "error line column reason\nEINVAL 2 31 no_such_device\n",
                   {tuple("1.1.1.1:1", "2.2.2.2:2"), tuple("1.1.1.1:1", "2.2.2.2:2", "nosuch0")}),
      AllOf(HasSubstr("\"1.1.1.1:1 2.2.2.2:2 dev nosuch0\""), HasSubstr("column 31"),
            HasSubstr("line 2"), HasSubstr("no such device")));
}

}  // namespace
}  // namespace lab
