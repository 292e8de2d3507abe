// SPDX-License-Identifier: MIT
//
// Predictions: how they are read, asked for, and compared.
#include "predict/comparison.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "predict/ask.hpp"
#include "util/error.hpp"

namespace lab::predict {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

const std::vector<Question> questions{{"answer", "What answers?", {"RST", "SYN-ACK"}},
                                      {"ehash", "Which socket?", {"hit", "miss"}},
                                      {"states", "Which states?", {"SYN-SENT, CLOSED", "others"}}};

TEST(Answers, AreReadAsTheyAreWritten) {
  const std::map<std::string, std::string> values{{"answer", "RST"},
                                                  {"states", "SYN-SENT, CLOSED"}};
  const Answers read = answers_from(to_yaml(questions, values), "mine.yaml", questions);
  EXPECT_EQ(read.values, values);
  EXPECT_THAT(read.refused, ElementsAre(Pair("ehash", "mine.yaml does not answer it")));
}

TEST(Answers, ThatAreNoYamlAreAllRefusedWithThePlace) {
  const Answers read = answers_from("answer: [RST\n", "mine.yaml", questions);
  EXPECT_TRUE(read.values.empty());
  ASSERT_EQ(read.refused.size(), questions.size());
  EXPECT_THAT(read.refused.at("answer"), HasSubstr("mine.yaml:"));
}

std::string asked(const std::string& input, std::string* printed = nullptr) {
  std::istringstream in(input);
  std::ostringstream out;
  draw::Page page(out, {});
  std::string answer = ask(questions[2], in, page);
  if (printed) *printed = out.str();
  return answer;
}

TEST(Ask, TakesANumberOrTheAnswerItself) {
  EXPECT_EQ(asked("2\n"), "others");
  EXPECT_EQ(asked("  SYN-SENT, CLOSED \r\n"), "SYN-SENT, CLOSED");
}

TEST(Ask, AsksAgain) {
  std::string printed;
  EXPECT_EQ(asked("0\n\n3\nyes\n1\n", &printed), "SYN-SENT, CLOSED");
  EXPECT_THAT(printed, HasSubstr("  2  others\n"));
  EXPECT_THAT(printed, HasSubstr("a number from 1 to 2."));
}

TEST(Ask, ThrowsAtTheEndOfTheInput) {
  EXPECT_THROW(asked("yes\n"), UsageError);
}

Comparison comparison() {
  const Answers answers = answers_from("answer: RST\nehash: hit\n", "mine.yaml", questions);
  Timeline timeline;
  timeline.scenario = "no-listen";
  return compare(questions, answers,
                 {{"answer", {"RST", ""}}, {"ehash", {{}, "no trace"}}, {"states", {"others", ""}}},
                 timeline);
}

// Neither an answer that is missing nor a fact that was not observed is right.
TEST(Comparison, CountsOnlyWhatIsRight) {
  EXPECT_EQ(comparison().right(), 1u);
  EXPECT_EQ(comparison().not_observed(), 1u);
}

TEST(Comparison, IsPrinted) {
  std::ostringstream out;
  draw::Page page(out, {});
  predict::draw(page, comparison());
  EXPECT_EQ(out.str(), R"(
Prediction and fact

✓ What answers?
  predicted  RST
  seen       RST

○ Which socket?
  predicted  hit
  seen       not observed: no trace

✗ Which states?
  predicted  mine.yaml does not answer it
  seen       others

1 of 3 right, 1 not observed
)");
}

TEST(Comparison, IsJson) {
  const nlohmann::json json = comparison();
  EXPECT_EQ(json.at("right"), 1);
  EXPECT_EQ(json.at("of"), 3);
  EXPECT_EQ(json.at("not_observed"), 1);
  const auto& all = json.at("questions");
  EXPECT_EQ(all.at(0).at("outcome"), "right");
  EXPECT_EQ(all.at(1).at("outcome"), "not-observed");
  EXPECT_EQ(all.at(1).at("why"), "no trace");
  EXPECT_EQ(all.at(1).at("seen"), nullptr);
  EXPECT_EQ(all.at(2).at("outcome"), "no-answer");
  EXPECT_EQ(all.at(2).at("predicted"), nullptr);
}

}  // namespace
}  // namespace lab::predict
