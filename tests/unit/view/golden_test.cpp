// SPDX-License-Identifier: MIT
//
// Stored output of the module (tests/golden/view/KERNEL), read without a module.
// Each file shows the sockets of tests/unit/view/zoo.hpp over IPv4.
#include <gmock/gmock.h>

#include <algorithm>

#include "tcp_lookup/contract.h"
#include "util/text.hpp"
#include "view/answers.hpp"
#include "view/rows.hpp"

namespace lab {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class ModuleText : public ::testing::TestWithParam<const char*> {
 protected:
  static std::string text(const char* view) {
    return read_file(std::string(TESTS_DIR "/golden/view/") + GetParam() + "/" + view + ".txt");
  }
};

Endpoint endpoint(const char* words) { return *Endpoint::parse(words); }

std::vector<std::string> described(const std::vector<Row>& rows) {
  std::vector<std::string> all;
  std::ranges::transform(rows, std::back_inserter(all), describe);
  return all;
}

TEST_P(ModuleText, HasItsSchemaAndKernel) {
  const auto facts = info_from("info", text("info"));
  EXPECT_EQ(facts.at("schema"), std::to_string(TCP_LOOKUP_SCHEMA));
  EXPECT_THAT(facts.at("kernel"), ::testing::StartsWith(std::string(GetParam()) + "."));
  EXPECT_EQ(facts.at("sees_ehash"), "yes");
}

TEST_P(ModuleText, HasTheListeners) {
  const auto rows = listeners_from("listeners", text("listeners"));
  EXPECT_THAT(described(rows),
              UnorderedElementsAre("LISTEN 0.0.0.0:8001", "LISTEN 127.0.0.1:8002",
                                   "LISTEN 127.0.0.1:8003", "LISTEN 0.0.0.0:8004 dev lo"));
  const auto listener = std::ranges::find(rows, endpoint("0.0.0.0:8001"), &Row::local);
  EXPECT_EQ(listener->accept_queue, 1U);
  EXPECT_EQ(listener->accept_queue_max, 7U);
  EXPECT_EQ(listener->v6only, std::nullopt) << "no meaning in IPv4";
}

TEST_P(ModuleText, HasTheBindTable) {
  const auto rows = bound_from("bound", text("bound"));
  const auto with = [&rows](Role role) {
    return std::ranges::count_if(rows, [role](const Row& row) { return row.role == role; });
  };
  EXPECT_EQ(with(Role::nothing), 1);
  EXPECT_EQ(with(Role::listening), 4);
  const auto forgot_listen = std::ranges::find(rows, endpoint("0.0.0.0:8000"), &Row::local);
  EXPECT_EQ(forgot_listen->role, Role::nothing);
  EXPECT_EQ(forgot_listen->state, TcpState::closed);
  EXPECT_NE(forgot_listen->inode, 0U);
}

TEST_P(ModuleText, HasEveryKindOfSocketInTheEstablishedHash) {
  const auto rows = ehash_from("ehash", text("ehash"));
  EXPECT_THAT(rows, SizeIs(13));
  EXPECT_THAT(rows, Each(Field(&Row::bucket, ::testing::Ne(std::nullopt))));
  const auto of_kind = [&rows](Kind kind) {
    std::vector<TcpState> states;
    for (const Row& row : rows)
      if (row.kind == kind) states.push_back(row.state);
    return states;
  };
  EXPECT_THAT(of_kind(Kind::request), ElementsAre(TcpState::syn_received));
  EXPECT_THAT(of_kind(Kind::timewait),
              UnorderedElementsAre(TcpState::time_wait, TcpState::fin_wait_2));
  EXPECT_THAT(described(rows),
              ::testing::Contains("ESTABLISHED 127.0.0.1:34567 > 127.0.0.1:34567").Times(1));
}

TEST_P(ModuleText, AnswersInSteps) {
  const Tuple asked{endpoint("127.0.0.1:50000"), endpoint("127.0.0.1:8000"), "lo"};
  const auto answers = answers_from("lookup", text("lookup"), {5, asked});
  EXPECT_THAT(answers, Each(AllOf(Field(&LookupAnswer::agrees, true),
                                  Field(&LookupAnswer::steps, SizeIs(5)))));
  std::vector<LookupVerdict> verdicts;
  for (const LookupAnswer& answer : answers) verdicts.push_back(answer.verdict);
  EXPECT_THAT(verdicts, ElementsAre(LookupVerdict::rst, LookupVerdict::conn_request,
                                    LookupVerdict::rst, LookupVerdict::challenge_ack,
                                    LookupVerdict::simultaneous_open));
  EXPECT_EQ(answers[0].find(LookupStepName::bind)->socket->local, endpoint("0.0.0.0:8000"));
  EXPECT_EQ(answers[1].find(LookupStepName::wildcard)->score, 2);
  EXPECT_EQ(answers[3].find(LookupStepName::exact)->result, LookupResult::skipped);
  EXPECT_EQ(answers[4].handler, "tcp_rcv_synsent_state_process");
}

TEST_P(ModuleText, SaysWhyItRefuses) {
  const Tuple asked{endpoint("127.0.0.1:1"), endpoint("127.0.0.1:2"), "nosuch0"};
  EXPECT_THAT(refusal_from("lookup", text("refusal"), {asked, asked}),
              HasSubstr("rejects \"127.0.0.1:1 127.0.0.1:2 dev nosuch0\" at column 29 of line 2: "
                        "no such device in this network namespace"));
}

INSTANTIATE_TEST_SUITE_P(Of, ModuleText, ::testing::Values("6.1", "6.12"), [](const auto& each) {
  std::string name = "kernel_" + std::string(each.param);
  std::ranges::replace(name, '.', '_');
  return name;
});

}  // namespace
}  // namespace lab
