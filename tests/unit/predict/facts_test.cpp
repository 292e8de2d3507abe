// SPDX-License-Identifier: MIT
//
// The answers to the questions, computed from stored runs in a guest.
#include "predict/facts.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "parser/parser.hpp"
#include "predict/questions.hpp"
#include "stored/stored.hpp"
#include "util/text.hpp"

namespace lab::predict {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Stored {
  Timeline timeline;
  scenario::Scenario scenario;

  std::map<std::string, Fact> facts() const { return facts_of(timeline, scenario); }
};

Stored stored(const std::string& name) {
  const auto document =
      nlohmann::json::parse(read_file(TESTS_DIR "/golden/timelines/" + name + "-ipv4.json"));
  Stored read;
  read.timeline = document.at("runs").at(0).get<Timeline>();
  read.scenario = parser::load(SOURCE_DIR "/" + read.timeline.file);
  return read;
}

// A refused connect, without the traces of what came behind early demux: as if a firewall had
// dropped the SYN.
Stored silenced() {
  Stored run = stored("nobody-answers");
  std::erase_if(run.timeline.packets, [](const Packet& packet) {
    return !packet.segment || packet.segment->flags.str() != "S";
  });
  std::erase_if(run.timeline.trace, [](const TraceEvent& event) {
    return event.host == "server" && event.caller != "tcp_v4_early_demux" &&
           event.event != KernelFunction::early_demux4;
  });
  for (StepRecord& step : run.timeline.steps)
    if (step.played.error == ECONNREFUSED) step.played.error = ETIMEDOUT;
  return run;
}

std::map<std::string, std::string> values(const Stored& run) {
  std::map<std::string, std::string> values;
  for (const auto& [name, fact] : run.facts())
    values[name] = fact.value.value_or("not observed: " + fact.why_not);
  return values;
}

using Values = std::map<std::string, std::string>;

TEST(Facts, OfARefusedConnect) {
  EXPECT_EQ(values(stored("no-listen")), (Values{{"answer", "RST"},
                                                 {"ehash", "miss"},
                                                 {"listener", "none"},
                                                 {"function", "tcp_v4_send_reset"},
                                                 {"connect", "ECONNREFUSED"},
                                                 {"states", "SYN-SENT, CLOSED"}}));
}

// The first SYN is answered by a SYN-ACK. The SYN that crosses it is no answer.
TEST(Facts, OfASimultaneousOpen) {
  EXPECT_EQ(values(stored("simopen")), (Values{{"answer", "SYN-ACK"},
                                               {"ehash", "hit"},
                                               {"listener", "not searched"},
                                               {"function", "tcp_rcv_synsent_state_process"},
                                               {"connect", "it succeeds"},
                                               {"states", "SYN-SENT, SYN-RECEIVED, ESTABLISHED"}}));
}

TEST(Facts, OfASelfConnect) {
  EXPECT_EQ(values(stored("self-connect")),
            (Values{{"answer", "SYN-ACK"},
                    {"ehash", "hit"},
                    {"listener", "not searched"},
                    {"function", "tcp_rcv_synsent_state_process"},
                    {"connect", "it succeeds"},
                    {"states", "SYN-SENT, SYN-RECEIVED, ESTABLISHED"}}));
}

TEST(Facts, OfASilence) {
  EXPECT_EQ(values(silenced()), (Values{{"answer", "silence"},
                                        {"ehash", "miss"},
                                        {"listener", "not searched"},
                                        {"function", "none of these"},
                                        {"connect", "ETIMEDOUT"},
                                        {"states", "SYN-SENT, CLOSED"}}));
}

// As if a firewall at the server's way out had dropped the reset, or the client's the SYN.
TEST(Facts, CountNoAnswerThatNeverLeft) {
  Stored run = stored("nobody-answers");
  std::erase_if(run.timeline.packets,
                [](const Packet& packet) { return packet.segment && packet.segment->flags.rst; });
  EXPECT_EQ(values(run).at("answer"), "silence");
  run.timeline.packets.clear();
  EXPECT_EQ(values(run).at("answer"), "silence");
}

TEST(Facts, AreAmongTheAnswersOfTheirQuestions) {
  for (const char* name : {"no-listen", "simopen", "self-connect", "nobody-answers"}) {
    const Stored played = stored(name);
    const auto facts = played.facts();
    const auto questions = questions_about(played.scenario);
    EXPECT_EQ(facts.size(), questions.size());
    for (const Question& question : questions)
      EXPECT_EQ(std::ranges::count(question.one_of, facts.at(question.name).value), 1)
          << name << ": " << question.name;
  }
}

TEST(Facts, AreNotObservedWithoutATrace) {
  Stored played = stored("no-listen");
  played.timeline.trace.clear();
  played.timeline.no_trace = "tcp_lookup.ko is not loaded";
  const auto facts = played.facts();
  for (const char* name : {"ehash", "listener", "function", "states"}) {
    EXPECT_FALSE(facts.at(name).value) << name;
    EXPECT_EQ(facts.at(name).why_not, "tcp_lookup.ko is not loaded") << name;
  }
  EXPECT_EQ(facts.at("answer").value, "RST");
  EXPECT_EQ(facts.at("connect").value, "ECONNREFUSED");
}

TEST(Facts, ConcludeNothingFromWhatAWitnessHasLost) {
  Stored played = silenced();
  played.timeline.packets_lost = true;
  played.timeline.trace_missed = 1;
  for (const char* name : {"answer", "ehash", "listener", "function", "states"})
    EXPECT_FALSE(played.facts().at(name).value) << name;
  EXPECT_THAT(played.facts().at("answer").why_not, HasSubstr("lost"));
}

TEST(Facts, ConcludeNothingFromAFunctionWhoseCallsCannotBeSeen) {
  Stored played = stored("simopen");
  played.timeline.trace_blind["inet_lhash2_lookup"] = "no:_inlined";
  EXPECT_THAT(played.facts().at("listener").why_not, HasSubstr("inlined"));
  EXPECT_EQ(played.facts().at("ehash").value, "hit");
}

TEST(Facts, KnowNoOutcomeThatNoStepHasSeen) {
  Stored played = stored("simopen");
  std::erase_if(played.scenario.steps, [](const scenario::Step& step) {
    return std::holds_alternative<scenario::Connected>(step.action);
  });
  EXPECT_FALSE(played.facts().at("connect").value);
}

TEST(Questions, AreNotAskedAboutAScenarioWithoutASyn) {
  scenario::Scenario scenario = stored("no-listen").scenario;
  std::erase_if(scenario.steps, [](const scenario::Step& step) {
    return std::holds_alternative<scenario::Connect>(step.action);
  });
  EXPECT_THAT(questions_about(scenario), IsEmpty());
}

}  // namespace
}  // namespace lab::predict
