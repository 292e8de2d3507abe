// SPDX-License-Identifier: MIT
//
// Which plays a command means, what they are read with, and what became of one
// whose process ended.
#include "play/play_list.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "play/play_job.hpp"
#include "util/error.hpp"

namespace lab::play {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::ThrowsMessage;

// In place of the parser: "two" has two variants, "four" is for IPv4 only, and
// "bad" and "worse" have mistakes.
scenario::Scenario load(const std::string& file, const parser::Reading& reading) {
  if (file == "bad" || file == "worse") throw UsageError(file + ":1:1: wrong");
  scenario::Scenario scenario;
  scenario.file = scenario.name = file;
  scenario.families = {Family::inet};
  if (file != "four") scenario.families.push_back(Family::inet6);
  if (file == "two") {
    scenario.variants = {"exact", "outside"};
    scenario.variant = reading.variant.empty() ? "exact" : reading.variant;
  }
  scenario.parameters = reading.parameters;
  return scenario;
}

std::vector<std::string> labels(const std::vector<Play>& plays) {
  std::vector<std::string> result;
  for (const Play& play : plays)
    result.push_back(label(named(play)) + (play.skip.empty() ? "" : ": " + play.skip));
  return result;
}

TEST(Plays, CombineScenariosVariantsAndFamilies) {
  EXPECT_THAT(labels(plays_of({"one", "two", "four"}, {}, load)),
              ElementsAre("one ipv4", "one ipv6", "two exact ipv4", "two exact ipv6",
                          "two outside ipv4", "two outside ipv6", "four ipv4"));
}

TEST(Plays, AreSkippedForAFamilyThatTheScenarioDoesNotList) {
  Options options;
  options.families = {Family::inet6};
  EXPECT_THAT(
      labels(plays_of({"one", "four"}, options, load)),
      ElementsAre("one ipv6", "four ipv6: the scenario does not list this family (families)"));
}

TEST(Plays, AreSkippedForAVariantThatTheScenarioLacks) {
  Options options;
  options.variant = "outside";
  options.families = {Family::inet};
  EXPECT_THAT(labels(plays_of({"two", "one"}, options, load)),
              ElementsAre("two outside ipv4", "one ipv4: the scenario has no variant \"outside\""));
}

TEST(Plays, AreRefusedForAVariantThatNoScenarioHas) {
  Options options;
  options.variant = "outsied";
  EXPECT_THAT(
      [&] {
        plays_of({"one", "two"}, options, load);
      },
      ThrowsMessage<UsageError>(HasSubstr("did you mean outside?")));
  EXPECT_THAT([&] { plays_of({"one"}, options, load); },
              ThrowsMessage<UsageError>(HasSubstr("none of these scenarios has variants")));
}

TEST(Plays, ReportTheMistakesOfAllFiles) {
  EXPECT_THAT(
      [] {
        plays_of({"bad", "one", "worse"}, {}, load);
      },
      ThrowsMessage<UsageError>("bad:1:1: wrong\nworse:1:1: wrong"));
}

TEST(Plays, AreReadWithTheParametersThatWereSet) {
  Options options;
  options.parameters = {{"port", "9000"}};
  const auto plays = plays_of({"one", "two"}, options, load);
  ASSERT_FALSE(plays.empty());
  for (const Play& play : plays)
    EXPECT_THAT(play.scenario->parameters, ElementsAre(Pair("port", "9000")));
}

TEST(Plays, GetOnlyTheParametersThatTheyHaveWhenAsked) {
  const auto with_port = [](const std::string& file, const parser::Reading& reading) {
    scenario::Scenario scenario = play::load(file, reading);
    scenario.parameters = {{"port", "8888"}};
    for (const auto& [name, value] : reading.parameters) {
      if (name != "port") throw UsageError("there is no parameter " + name);
      scenario.parameters[name] = value;
    }
    return scenario;
  };
  Options options;
  options.parameters = {{"port", "9000"}, {"other", "x"}};
  EXPECT_THROW(plays_of({"four"}, options, with_port), UsageError);
  options.only_known_parameters = true;
  const auto plays = plays_of({"four"}, options, with_port);
  ASSERT_EQ(plays.size(), 1u);
  EXPECT_THAT(plays[0].scenario->parameters, ElementsAre(Pair("port", "9000")));
}

TEST(Parameters, AreNamesAndValues) {
  EXPECT_THAT(parameters_from({"port=9000", "text=a=b", "empty="}),
              ElementsAre(Pair("empty", ""), Pair("port", "9000"), Pair("text", "a=b")));
  EXPECT_THAT(parameters_from({}), IsEmpty());
}

TEST(Parameters, NeedNameAndValueAndAreSetOnce) {
  for (const char* wrong : {"port", "=9000", ""})
    EXPECT_THAT([&] { parameters_from({wrong}); },
                ThrowsMessage<UsageError>(HasSubstr("NAME=VALUE")))
        << wrong;
  EXPECT_THAT(
      [] {
        parameters_from({"port=1", "port=2"});
      },
      ThrowsMessage<UsageError>(HasSubstr("port is set twice")));
}

class Outcomes : public testing::Test {
 protected:
  Outcomes() {
    play_ = plays_of({"one"}, {}, load).front();
    progress_.step = {3, "accept on srv", 17};
    ended_.took = std::chrono::seconds(2);
  }
  report::PlayResult outcome() const { return outcome_of(play_, progress_, ended_); }
  // That it failed, and how.
  std::string death() const {
    const report::PlayResult result = outcome();
    EXPECT_EQ(result.ending, report::PlayResult::Ending::died);
    EXPECT_EQ(result.outcome, Outcome::fail);
    EXPECT_EQ(result.failure->step.number, progress_.step.number);
    return result.failure->seen;
  }

  Play play_;
  Progress progress_;
  Ended ended_;
};

TEST_F(Outcomes, AreThoseThatThePlaySent) {
  progress_.result = named(play_);
  progress_.result->checks.pass = 7;
  EXPECT_EQ(outcome().ending, report::PlayResult::Ending::played);
  EXPECT_EQ(outcome().checks.pass, 7u);
  EXPECT_EQ(outcome().took, ended_.took);
}

TEST_F(Outcomes, ShowThatBuildingTookLongest) {
  progress_.result = named(play_);
  progress_.result->took = std::chrono::milliseconds(1500);
  progress_.result->slowest = {2, "connect", 9};
  progress_.result->slowest_took = std::chrono::milliseconds(1000);
  EXPECT_EQ(outcome().slowest.text, "connect");
  ended_.took = std::chrono::seconds(9);
  EXPECT_EQ(outcome().slowest.number, 0u);
  EXPECT_EQ(outcome().slowest_took, std::chrono::milliseconds(7500));
}

TEST_F(Outcomes, NameTheStepInWhichAPlayWasKilledAtItsDeadline) {
  ended_.timed_out = true;
  ended_.end.signal = SIGKILL;
  ended_.deadline = std::chrono::seconds(2);
  EXPECT_EQ(death(), "it did not end within 2 s and was killed");
  EXPECT_EQ(outcome().failure->step.text, "accept on srv");
  EXPECT_EQ(outcome().failure->step.line, 17);
}

TEST_F(Outcomes, NameTheSignalAndTheLastOutputOfACrash) {
  ended_.end.signal = SIGSEGV;
  ended_.words = "stack smashed\n";
  EXPECT_THAT(death(), AllOf(HasSubstr("Segmentation fault"), HasSubstr("stack smashed")));
}

TEST_F(Outcomes, NameNoStepIfThePlayEndedBeforeItsFirst) {
  progress_.step = {};
  ended_.end.status = 1;
  EXPECT_EQ(death(), "its process ended with status 1 and no result, before its first step");
}

TEST_F(Outcomes, AreDeathsWithoutAResultWhateverTheStatus) {
  for (const int status : {0, 1, 3}) {
    ended_.end.status = status;
    EXPECT_EQ(death(), fmt::format("its process ended with status {} and no result", status));
  }
}

class Messages : public Outcomes {
 protected:
  void send(Word word, const std::string& text) {
    note(play_, {static_cast<char>(word), text}, progress_);
  }
  std::string result(const std::string& scenario) const {
    report::PlayResult result = named(play_);
    result.scenario = scenario;
    return nlohmann::json(result).dump();
  }
};

TEST_F(Messages, SendTheResultOnce) {
  send(Word::step, R"({"number": 4, "text": "send", "line": 18})");
  send(Word::result, result("one"));
  EXPECT_EQ(progress_.step.number, 4u);
  EXPECT_EQ(outcome().ending, report::PlayResult::Ending::played);
  send(Word::result, result("one"));
  EXPECT_THAT(death(), HasSubstr("its process sent a second result"));
}

TEST_F(Messages, MustNotFollowTheResult) {
  send(Word::result, result("one"));
  send(Word::kept, "{}");  // sent when the lab is kept, after the result
  EXPECT_EQ(outcome().ending, report::PlayResult::Ending::played);
  send(Word::text, "more");
  EXPECT_THAT(death(), HasSubstr("its process sent more after its result"));
}

TEST_F(Messages, AreFaultsWithTheResultOfAnotherPlay) {
  send(Word::result, result("other"));
  EXPECT_THAT(death(), HasSubstr("its process sent the result of another run, other ipv4"));
}

TEST_F(Messages, AreFaultsIfTheyCannotBeParsed) {
  for (const char* text : {"", "{", "[]", R"({"scenario": 1})", "null"}) {
    progress_ = {};
    send(Word::result, text);
    EXPECT_THAT(death(), HasSubstr("its process sent a message that cannot be parsed")) << text;
  }
  progress_ = {};
  send(Word{'?'}, "");
  EXPECT_THAT(death(), HasSubstr("unknown kind"));
}

TEST_F(Messages, IncludeTheTimelineIfItIsWanted) {
  const auto ending = [&](bool wanted) {
    return outcome_of(play_, progress_, ended_, wanted).ending;
  };
  send(Word::result, result("one"));
  EXPECT_EQ(ending(false), report::PlayResult::Ending::played);
  EXPECT_EQ(ending(true), report::PlayResult::Ending::died);
  progress_ = {};
  send(Word::json, "{}");
  send(Word::result, result("one"));
  EXPECT_EQ(ending(true), report::PlayResult::Ending::played);
}

TEST_F(Messages, AreFaultsIfTruncatedEvenAfterAResult) {
  send(Word::result, result("one"));
  ended_.error = "a truncated message";
  EXPECT_THAT(death(), HasSubstr("its process sent a truncated message"));
}

// What it said was well; how it ended was not.
TEST_F(Outcomes, AreDeathsIfTheProcessCrashesAfterItsResult) {
  progress_.result = named(play_);
  ended_.end.signal = SIGABRT;
  EXPECT_THAT(death(), HasSubstr("after its last step"));
}

}  // namespace
}  // namespace lab::play
